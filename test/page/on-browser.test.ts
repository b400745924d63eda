// @vitest-environment happy-dom
// What a server renders of Stint, beside what a page has.

import { expect, it } from 'vitest'
import { createStint } from '../../src/index.ts'
import { createStillStint, NOTHING_YET } from '../../src/page/off-browser.ts'
import { ACTIVITY, openTab } from './tab.ts'

const namesOf = (value: object) => Object.keys(value).toSorted()

it('a page shows first what the server rendered, so that hydrating finds no difference', () => {
  expect(openTab().load().getSnapshot()).toEqual(NOTHING_YET)
})

it('the server’s Stint has every name of the page’s, and its run every name that a host may use', () => {
  const stint = openTab().load()
  const still = createStillStint()
  expect(namesOf(still)).toEqual(namesOf(stint))
  expect(namesOf(stint.start(ACTIVITY))).toEqual(
    expect.arrayContaining(namesOf(still.start(ACTIVITY))),
  )
})

it('with a document createStint times', async () => {
  const tab = openTab()
  const stint = createStint(
    { relay: 'https://relay.example' },
    { fetch: tab.relay.fetch, clock: tab.clock },
  )
  const run = stint.start(ACTIVITY)
  await tab.pass(2_000)
  expect(run.totalActiveMs).toBe(2_000)
  stint.close()
})
