// The widget before axe, in each of its views, bright and dark.

import { describe, expect, it } from 'vitest'
import { findViolations } from '../support/axe.ts'
import { openDetails, showMorning, useWidgetWorld, type Shown } from './widget-world.ts'

const { open } = useWidgetWorld()

const VIEWS: [string, Shown, boolean][] = [
  ['the pill', {}, false],
  ['what waits for a network', { snapshot: { sync: 'offline' } }, false],
  ['somebody who is not signed in', { snapshot: { learner: 'unknown' } }, false],
  ['the question of paper', { run: { claimableMs: 92_000 } }, false],
  ['the details', {}, true],
  [
    'the summary',
    { run: { isEnded: true, result: { totalQuestions: 5, correctQuestions: 4 } } },
    false,
  ],
]

describe.each(['light', 'dark'] as const)('by a %s system', (colorScheme) => {
  it.each(VIEWS)('axe finds nothing wrong with %s', async (_, shown, isOpen) => {
    const { page } = await open({
      attributes: { widget: 'off' },
      html: '<main><h1>A lesson</h1></main>',
      head: '<title>A lesson</title>',
    })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await showMorning(page, shown)
    if (isOpen) await openDetails(page)
    expect(await findViolations(page)).toEqual([])
    await page.close()
  })
})

it('axe sees into the widget: it would find a button without a name', async () => {
  const { page } = await open({ attributes: { widget: 'off' } })
  await showMorning(page)
  await page.evaluate(() => {
    const root = document.querySelector('stint-timer')!.shadowRoot!
    root.querySelector('.widget')!.append(document.createElement('button'))
  })
  expect((await findViolations(page)).join()).toContain('button-name')
})
