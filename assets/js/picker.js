// Turns a long <select data-picker> into a box to type in. Searches names and the other names in data-aliases.
// Built from the component’s own source: its ready-made file carries polyfills three times its size.
// The select stays on the page, keeps the value and is what the form sends. Words that the list lacks move into the
// box beside it, where there is one: for the select "union" that is "union_text".
import accessibleAutocomplete from 'accessible-autocomplete/src/wrapper.js'

// Case, accents and punctuation do not count: "o connor" finds O’Connor, "t and g" finds T&G.
const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f'’ʼ.]/g, '').replace(/&/g, ' and ').replace(/[^\p{L}\p{N}]+/gu, ' ').trim().toLowerCase()

const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])

// What is chosen when a name stands nowhere in the list, where the list has such an entry.
const OTHER = 'other'
// Of short words too many are one letter apart: NUT, NUJ and NUM.
const LONG_WORD = 6
const NOT_FOUND = 9

// Whether one letter added, left out, changed or swapped with its neighbour makes the same word.
function isNear (one, other) {
  if (Math.abs(one.length - other.length) > 1) return false
  let from = 0
  while (from < one.length && one[from] === other[from]) from++
  let left = 0
  while (left < Math.min(one.length, other.length) - from && one[one.length - 1 - left] === other[other.length - 1 - left]) left++
  const [here, there] = [one.slice(from, one.length - left), other.slice(from, other.length - left)]
  return (here.length <= 1 && there.length <= 1) || (here.length === 2 && here === there[1] + there[0])
}

// Each word stands in the name as typed or, where it is long, with one letter wrong.
function isAlmost (name, query) {
  const words = name.split(' ')
  return query.split(' ').every((typed) => words.some((word) => word.startsWith(typed) || (typed.length >= LONG_WORD && isNear(typed, word))))
}

// 0: the name begins with it; 1: a word of the name does; 2: a word of another name does; 3: it is somewhere;
// 4: a long word has one letter wrong.
function rank (entry, query) {
  if (entry.name.startsWith(query)) return 0
  if (` ${entry.name}`.includes(` ${query}`)) return 1
  if (entry.aliases.some((alias) => ` ${alias}`.includes(` ${query}`))) return 2
  if (entry.name.includes(query) || entry.aliases.some((alias) => alias.includes(query))) return 3
  if ([entry.name, ...entry.aliases].some((name) => isAlmost(name, query))) return 4
  return NOT_FOUND
}

// The component owns aria-describedby and drops its own part while typing; the field's hint and error must stay.
function keepDescription (input, described) {
  const restore = () => {
    const now = (input.getAttribute('aria-describedby') || '').split(' ').filter(Boolean)
    const missing = described.filter((id) => !now.includes(id))
    if (missing.length) input.setAttribute('aria-describedby', [...missing, ...now].join(' '))
  }
  restore()
  new MutationObserver(restore).observe(input, { attributes: true, attributeFilter: ['aria-describedby'] })
}

// A line that appears between press and release would move the button away from under the finger.
let isPressed = false
addEventListener('pointerdown', () => { isPressed = true }, true)
for (const end of ['pointerup', 'pointercancel']) addEventListener(end, () => { isPressed = false }, true)
const afterPress = (act) => isPressed ? addEventListener('pointerup', () => setTimeout(act, 50), { once: true }) : act()

// The box for a name that is not in the list, and the sentence that says when a name was put there.
function boxBeside (select, other) {
  const box = select.form && select.form.elements[`${select.name}_text`]
  const note = document.createElement('p')
  note.className = 'govuk-hint picker__note'
  note.setAttribute('role', 'status')
  select.after(note)
  let put = ''
  const fill = (words) => {
    if (!box || box.value.trim() !== put) return
    put = box.value = words
    const sentence = words && (select.dataset.moved || '').replace('{words}', words)
    afterPress(() => { if (note.textContent !== sentence) note.textContent = sentence })
  }
  // Words for which there is no room anywhere: they would be lost without a word.
  const refuse = (words) => {
    const sentence = words && (select.dataset.notInList || '').replace('{words}', words)
    afterPress(() => { if (note.textContent !== sentence) note.textContent = sentence })
  }
  return {
    hasRoom: Boolean(box && other),
    refuse,
    write (words) {
      if (!box || !other) return refuse(words)
      other.selected = true
      fill(words)
    },
    // Only what was put there by itself; what somebody wrote stays.
    takeBack: () => put ? fill('') : !(box && other) && refuse('')
  }
}

// Everything that a name in the list is known by when it is typed in full.
const whole = (option, aliases) => {
  const [first, ...rest] = option.textContent.split(' – ')
  return [option.textContent, option.value, first, rest.join(' ')].map(fold).concat(aliases)
}
const bare = (text) => text.replace(/^the /, '').replace(/ (?:trade )?union$/, '')

function enhance (select) {
  const options = [...select.options].filter((option) => option.value)
  const entries = options.map((option) => {
    const aliases = (option.dataset.aliases || '').split(';').map(fold).filter(Boolean)
    return { option, text: option.textContent.trim(), name: fold(option.textContent), aliases, whole: whole(option, aliases) }
  })
  const byText = new Map(entries.map((entry) => [entry.text, entry.option]))
  const id = select.id
  const described = (select.getAttribute('aria-describedby') || '').split(' ').filter(Boolean)
  const wrong = select.getAttribute('aria-invalid') === 'true'
  const { results = '{count}', noResults = '' } = select.dataset
  const other = options.find((option) => option.value === OTHER)
  const beside = boxBeside(select, other)

  const search = (wanted) => entries
    .map((entry) => ({ entry, place: rank(entry, wanted) }))
    .filter(({ place }) => place < NOT_FOUND)
    .sort((a, b) => a.place - b.place || a.entry.name.length - b.entry.name.length)
    .slice(0, 12)
    .map(({ entry }) => entry.text)
  // The words that nothing in the list is like, while only "other" is offered.
  let missing = ''

  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: '',
    autoselect: false,
    confirmOnBlur: false,
    inputClasses: wrong ? 'autocomplete__input--error' : null,
    // The style sheet writes these words above "other" where that is all there is.
    menuAttributes: { 'data-no-results': noResults },
    source (query, show) {
      const found = search(fold(query))
      missing = other && !found.length ? query : ''
      picker.classList.toggle('picker--missing', missing !== '')
      show(missing ? [other.textContent.trim()] : found)
    },
    templates: { inputValue: (text) => text || '', suggestion: escape },
    onConfirm (text) {
      if (!byText.has(text)) return
      byText.get(text).selected = true
      if (missing) beside.write(missing)
      else beside.takeBack()
    },
    tNoResults: () => noResults,
    tStatusNoResults: () => noResults,
    tStatusSelectedOption: (text, count, index) => `${text} (${index + 1} / ${count})`,
    tStatusResults: (count, selected) => `${missing ? noResults : `${results.replace('{count}', count)}.`} ${selected}`,
    tAssistiveHint: () => ''
  })

  const input = document.getElementById(id)
  const picker = input.closest('.autocomplete__wrapper').parentNode
  keepDescription(input, described)
  // Only now there is something to type in.
  const hint = document.getElementById(`${id}-hint`)
  if (hint) hint.textContent = hint.textContent.replace(select.dataset.choose, select.dataset.typing)
  if (wrong) input.setAttribute('aria-invalid', 'true')

  // What stands in the box is what is sent: a name of the list, typed in full or chosen; or "other", with the words
  // in the box beside; or nothing, where there is no such box.
  const settle = () => {
    const words = input.value.trim()
    const chosen = select.selectedOptions[0]
    if (chosen && chosen.value && chosen.textContent.trim() === words) return
    const typed = fold(words)
    const exact = typed && entries.find((entry) => entry.whole.includes(typed) || entry.whole.includes(bare(typed)))
    if (exact) {
      exact.option.selected = true
      beside.takeBack()
      return
    }
    select.value = ''
    if (words) beside.write(words)
    else beside.takeBack()
  }
  picker.addEventListener('focusout', (event) => {
    // The list is a part of the box, and a window that is left for another keeps its focus.
    if (!picker.contains(event.relatedTarget) && !picker.contains(document.activeElement)) settle()
  })
  // What would be lost is said once before the page is left; a second press leaves it empty.
  let warnedOf = ''
  if (select.form) {
    select.form.addEventListener('submit', (event) => {
      settle()
      const words = input.value.trim()
      if (select.value || !words || beside.hasRoom || words === warnedOf) return
      event.preventDefault()
      warnedOf = words
      input.focus()
    })
  }
}

document.querySelectorAll('select[data-picker]').forEach(enhance)
