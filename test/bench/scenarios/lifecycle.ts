// A page that is not looked at: frozen behind another tab, kept in the back-forward cache, opened in the background.
// All of it counts as hidden.

import type { Scenario } from '../support/scenario.ts'
import { rest, toHtml } from '../support/stage.ts'

export const freeze: Scenario = {
  name: 'freeze',
  about: 'five seconds frozen behind another tab',
  seconds: 15,
  bar: { ms: 100 },
  async play(stage) {
    const tab = await stage.open()
    await tab.click('#field')
    await tab.work(2_500)
    await stage.hide(tab)
    await rest(1_200)
    await tab.send('Page.setWebLifecycleState', { state: 'frozen' })
    await rest(5_000)
    await tab.send('Page.setWebLifecycleState', { state: 'active' })
    await rest(900)
    await stage.show(tab)
    await tab.work(2_500)
    const outcome = await stage.finish([tab])
    if (!outcome.facts[0]!.some(({ type }) => type === 'freeze')) {
      throw new Error('The browser did not freeze the page.')
    }
    return outcome
  },
}

export const bfcache: Scenario = {
  name: 'bfcache',
  about: 'five seconds on another page, and back',
  seconds: 13,
  bar: { ms: 100 },
  async play(stage) {
    const elsewhere = await stage.world.serve(() => toHtml('<!doctype html><p>Elsewhere'))
    const tab = await stage.open({ body: `<a href="${elsewhere.origin}">Elsewhere</a>` })
    await tab.click('#field')
    await tab.work(2_500)
    await tab.click('a')
    await rest(5_000)
    await tab.evaluate(() => void setTimeout(() => history.back()))
    // A page that was loaded anew has no such fact.
    await tab.waitFor('been restored', () => benchFacts.some(({ kind }) => kind === 'restored'))
    await tab.work(2_500)
    return stage.finish([tab])
  },
}

export const background: Scenario = {
  name: 'background',
  about: 'opened in the background, looked at after four seconds',
  seconds: 10,
  bar: { ms: 100 },
  async play(stage) {
    const tab = await stage.open({ how: { background: true } })
    await rest(4_000)
    await stage.show(tab)
    await tab.click('#field')
    await tab.work(3_000)
    return stage.finish([tab])
  },
}
