// A machine that sleeps while the page is in front. Every process of the browser is stopped, and both clocks of the
// page run on: only its ticks tell. The truth is Node's own clock, which does not sleep.

import type { Scenario } from '../support/scenario.ts'
import { rest } from '../support/stage.ts'

const ASLEEP_MS = 40_000

export const sleep: Scenario = {
  name: 'sleep',
  about: 'forty seconds asleep',
  seconds: 49,
  bar: { ms: 250 },
  async play(stage) {
    const tab = await stage.open()
    await tab.click('#field')
    await tab.work(3_000)
    await rest(Math.random() * 1_000)
    stage.browser.signal('SIGSTOP')
    const from = Date.now()
    await rest(ASLEEP_MS)
    const to = Date.now()
    stage.browser.signal('SIGCONT')
    await tab.work(3_000)
    return stage.finish([tab], [{ from, to }])
  },
}
