// @vitest-environment happy-dom
// What the form writes must be what a page can use, whatever somebody types into it.

import { expect, it } from 'vitest'
import { FIRST_FORM, toNpm, toReact, toTag } from '../../demo/panels/snippet-text.ts'
import type { SnippetForm } from '../../demo/panels/snippet-text.ts'
import { activitySchema } from '../../src/contract/activity.ts'

const form: SnippetForm = { ...FIRST_FORM, relay: 'https://relay.example' }

/** The tag as a browser reads it. */
function read(given: SnippetForm): DOMStringMap & { src: string } {
  const page = new DOMParser().parseFromString(toTag(given), 'text/html')
  const script = page.querySelector('script')!
  return { ...script.dataset, src: script.getAttribute('src') ?? '' }
}

it('writes a tag with the activity, and nothing that goes without saying', () => {
  expect(read(form)).toEqual({
    src: 'https://relay.example/stint.js',
    activity: 'fractions-1',
    name: 'Comparing fractions',
    subject: 'Math',
    grade: '5',
  })
})

it('writes the options that differ', () => {
  const tag = read({ ...form, idleAfter: '90', start: 'click', showsWidget: false })
  expect(tag).toMatchObject({ idleAfterMs: '90000', start: 'click', widget: 'off' })
  expect(toTag({ ...form, start: 'click' })).toContain('data-stint-start')
  expect(toTag(form)).not.toContain('data-stint-start')
})

it.each([`Half of "8" & <more>`, `it's \\ done`, `</script><b>`])('keeps %s as it is', (name) => {
  expect(read({ ...form, name }).name).toBe(name)
  const literal = /name: ('(?:[^'\\]|\\.)*')/.exec(toNpm({ ...form, name }))?.[1]
  const json = literal?.slice(1, -1).replaceAll(`\\'`, `'`).replaceAll('"', '\\"')
  expect(JSON.parse(`"${json}"`)).toBe(name)
})

it.each(['', '0', 'soon', '-4'])('says nothing of an idle threshold of “%s”', (idleAfter) => {
  expect(toTag({ ...form, idleAfter })).not.toContain('idle')
  expect(toNpm({ ...form, idleAfter })).not.toContain('idle')
})

it('writes an activity for npm that the relay takes', () => {
  const text = toNpm(form)
  expect(text).toContain(`createStint({ relay: 'https://relay.example' })`)
  const { id, name, subject, grade } = form
  expect(activitySchema.safeParse({ id, name, course: { subject, grade } }).success).toBe(true)
  for (const word of [id, name, subject]) expect(text).toContain(`'${word}'`)
})

it('writes for React what it writes for npm, in a component that is timed while it is mounted', () => {
  const text = toReact({ ...form, name: "it's", idleAfter: '30' })
  expect(text).toContain(`createStint({ relay: 'https://relay.example', idleAfterMs: 30000 })`)
  expect(text).toContain(`name: 'it\\'s'`)
  expect(text).toContain(`from 'stint/react'`)
})
