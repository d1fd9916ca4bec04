// What every page loads: govuk-frontend's small improvements to forms, and the filters that fold away on phones.
// Everything here only improves pages that already work without it.
import { createAll } from 'govuk-frontend/dist/govuk/init.mjs'
import { Button } from 'govuk-frontend/dist/govuk/components/button/button.mjs'
import { CharacterCount } from 'govuk-frontend/dist/govuk/components/character-count/character-count.mjs'
import { Checkboxes } from 'govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs'
import { ErrorSummary } from 'govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs'
import { Radios } from 'govuk-frontend/dist/govuk/components/radios/radios.mjs'

// The upstream template sets these in an inline script, which our content security policy forbids.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')

for (const component of [Button, CharacterCount, Checkboxes, ErrorSummary, Radios]) {
  createAll(component)
}

const wide = window.matchMedia('(min-width: 48rem)')
const filters = document.querySelectorAll('details[data-filters]')
const fold = () => filters.forEach((details) => { details.open = wide.matches })
if (filters.length) {
  fold()
  wide.addEventListener('change', fold)
}
