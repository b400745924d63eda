// Two windows side by side, two activities, one learner. Both pages are in sight and each counts for itself; Timeback
// must be told each instant once.

import type { Scenario } from '../support/scenario.ts'
import { flushPage, rest } from '../support/stage.ts'

export const twoWindows: Scenario = {
  name: 'two-windows',
  about: 'two activities in two windows',
  seconds: 34,
  bar: { ms: 100 },
  async play(stage) {
    const left = await stage.open({ activity: 'left' })
    const right = await stage.open({ activity: 'right', how: { newWindow: true } })
    for (const tab of [left, right, left, right]) {
      await tab.bringToFront()
      await tab.click('#field')
      await tab.work(6_000)
      if (await left.evaluate(() => document.hidden)) throw new Error('A window hides the other.')
    }
    // Both idle.
    await rest(7_500)
    await right.work(1_500)
    await Promise.all([left, right].map((tab) => tab.evaluate(flushPage)))
    return stage.finish([right, left])
  },
}
