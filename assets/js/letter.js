// Keeps the preview of a letter and what differs up to date while somebody writes. The button on the page does the same.
const form = document.querySelector('form[data-live-preview]')
const PAUSE = 700
let waiting = 0
let asking = null

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
