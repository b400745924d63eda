// A learner's minute with everything in it: typing, the mouse, a pause that is too long, another tab, scrolling, a
// pause for reading. All of active, inactive and waste come up.

import type { Scenario } from '../support/scenario.ts'
import { rest, type Stage } from '../support/stage.ts'
import type { Tab } from '../support/tab.ts'

export const main: Scenario = {
  name: 'main',
  about: 'a mixed minute',
  seconds: 68,
  bar: { ms: 25 },
  // So short that both kinds of waste come up.
  rules: { idleWasteAfterMs: 8_000, hiddenWasteAfterMs: 4_000 },
  async play(stage) {
    const tab = await stage.open()
    await tab.click('#field')
    await tab.work(8_000)
    // Idle after 5 s, waste after 13.
    await rest(toUneven(16_000))
    await tab.work(4_000)
    await lookAway(stage, tab, 7_000)
    await rest(toUneven(2_000))
    await tab.move()
    await tab.work(3_000)
    await scroll(tab, 6)
    // Reading: no input, and not idle yet.
    await rest(toUneven(4_000))
    await tab.work(4_000)
    await lookAway(stage, tab, 2_000)
    await rest(toUneven(7_000))
    await tab.work(3_000)
    return stage.finish([tab])
  },
}

async function lookAway(stage: Stage, tab: Tab, ms: number) {
  await stage.hide(tab)
  await rest(toUneven(ms))
  await stage.show(tab)
}

async function scroll(tab: Tab, times: number) {
  for (let time = 0; time < times; time += 1) {
    await tab.wheel()
    await rest(500)
  }
}

/** No act falls on the same phase of the page's ticks in every run. */
const toUneven = (ms: number) => ms + Math.random() * 400 - 200
