// Keeps the preview of a letter and what differs up to date while somebody writes. The button on the page does the same.
const form = document.querySelector('form[data-live-preview]')
const PAUSE = 700
let waiting = 0
let asking = null

// What is wrong stands at its box, also while one writes. The boxes themselves stay, and with them the caret.
function mark (page) {
  for (const box of form.querySelectorAll('.govuk-input, .govuk-textarea')) {
    const fresh = page.getElementById(box.id)
    if (!fresh) continue
    const [group, its] = [box, fresh].map(each => each.closest('.govuk-form-group'))
    group.className = its.className
    box.className = fresh.className
    for (const name of ['aria-invalid', 'aria-describedby']) {
      if (fresh.hasAttribute(name)) box.setAttribute(name, fresh.getAttribute(name))
      else box.removeAttribute(name)
    }
    group.querySelector('.govuk-error-message')?.remove()
    const error = its.querySelector('.govuk-error-message')
    if (error) box.before(error)
  }
  // A summary comes with a page; what it lists goes as it is mended.
  const [summary, fresh] = [document, page].map(each => each.querySelector('.govuk-error-summary__list'))
  if (summary && !fresh) summary.closest('.govuk-error-summary').remove()
  else if (summary && summary.textContent !== fresh.textContent) summary.replaceChildren(...fresh.childNodes)
}

async function refresh () {
  if (asking) asking.abort()
  asking = new AbortController()
  const typed = new FormData(form)
  typed.set('step', 'preview')
  try {
    const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(typed), signal: asking.signal })
    if (!answer.ok) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const place of ['#preview', '#differences .govuk-details__text']) {
      const [old, fresh] = [document.querySelector(place), page.querySelector(place)]
      if (old && fresh) old.replaceChildren(...fresh.childNodes)
    }
    mark(page)
  } catch (error) {
    // Overtaken by the next letter typed, or the server is away: the button is still there.
    if (error.name !== 'AbortError' && !(error instanceof TypeError)) throw error
  }
}

if (form) {
  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(refresh, PAUSE)
  })
  form.addEventListener('submit', () => {
    clearTimeout(waiting)
    if (asking) asking.abort()
  })
}
