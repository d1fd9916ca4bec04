// Turns a long <select data-picker> into a box to type in. Searches names and the other names in data-aliases.
// Built from the component’s own source: its ready-made file carries polyfills three times its size.
// The select stays on the page, keeps the value and is what the form sends.
import accessibleAutocomplete from 'accessible-autocomplete/src/wrapper.js'

// Case, accents and punctuation do not count: "o connor" finds O’Connor.
const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f'’ʼ.]/g, '').replace(/[^\p{L}\p{N}]+/gu, ' ').trim().toLowerCase()

const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])

// 0: the name begins with it; 1: a word of the name does; 2: a word of another name does; 3: it is somewhere.
function rank (entry, query) {
  if (entry.name.startsWith(query)) return 0
  if (` ${entry.name}`.includes(` ${query}`)) return 1
  if (entry.aliases.some((alias) => ` ${alias}`.includes(` ${query}`))) return 2
  if (entry.name.includes(query) || entry.aliases.some((alias) => alias.includes(query))) return 3
  return 9
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

function enhance (select) {
  const options = [...select.options].filter((option) => option.value)
  const entries = options.map((option) => ({
    option,
    text: option.textContent.trim(),
    name: fold(option.textContent),
    aliases: (option.dataset.aliases || '').split('|').map(fold).filter(Boolean)
  }))
  const byText = new Map(entries.map((entry) => [entry.text, entry.option]))
  const id = select.id
  const described = (select.getAttribute('aria-describedby') || '').split(' ').filter(Boolean)
  const wrong = select.getAttribute('aria-invalid') === 'true'
  const { results = '{count}', noResults = '' } = select.dataset

  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: '',
    autoselect: false,
    confirmOnBlur: false,
    inputClasses: wrong ? 'autocomplete__input--error' : null,
    source (query, show) {
      const wanted = fold(query)
      show(entries
        .map((entry) => ({ entry, place: rank(entry, wanted) }))
        .filter(({ place }) => place < 9)
        .sort((a, b) => a.place - b.place || a.entry.name.length - b.entry.name.length)
        .slice(0, 12)
        .map(({ entry }) => entry.text))
    },
    templates: { inputValue: (text) => text || '', suggestion: escape },
    onConfirm (text) {
      if (byText.has(text)) byText.get(text).selected = true
    },
    tNoResults: () => noResults,
    tStatusNoResults: () => noResults,
    tStatusResults: (count, selected) => `${results.replace('{count}', count)}. ${selected}`,
    tAssistiveHint: () => ''
  })

  const input = document.getElementById(id)
  keepDescription(input, described)
  if (wrong) input.setAttribute('aria-invalid', 'true')

  // What stands in the box is what is sent: the name itself, a name or alias typed in full, or else nothing.
  const settle = () => {
    const typed = fold(input.value)
    const current = select.selectedOptions[0]
    if (current && current.value && current.textContent.trim() === input.value.trim()) return
    const exact = typed && entries.find((entry) => entry.name === typed || entry.aliases.includes(typed))
    if (exact) {
      exact.option.selected = true
    } else {
      select.value = ''
    }
  }
  input.addEventListener('blur', settle)
  if (select.form) select.form.addEventListener('submit', settle)
}

document.querySelectorAll('select[data-picker]').forEach(enhance)
