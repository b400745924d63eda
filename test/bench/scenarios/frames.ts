// Work inside embedded frames: one of the page's own origin, where each key is seen, and one of another origin, where
// only the focus tells that somebody is there.

import { toRecorderTag } from '../support/recorder.ts'
import type { Scenario } from '../support/scenario.ts'
import { rest, toHtml } from '../support/stage.ts'

const FRAME = `<!doctype html>${toRecorderTag()}
<body style="margin: 0"><textarea style="width: 100%; height: 190px"></textarea>`
const WORK_MS = 15_000

const toFrame = (src: string) =>
  `<br><iframe src="${src}" style="width: 400px; height: 200px"></iframe>`

export const sameOriginFrame: Scenario = {
  name: 'same-origin-frame',
  about: 'fifteen seconds of typing in a frame of the same origin',
  seconds: 18,
  bar: { share: 0.01 },
  async play(stage) {
    const tab = await stage.open({
      body: toFrame('/frame'),
      files: { '/frame': () => toHtml(FRAME) },
    })
    await tab.click('iframe')
    await typeOnly(() => tab.press(), WORK_MS)
    return stage.finish([tab])
  },
}

export const crossOriginFrame: Scenario = {
  name: 'cross-origin-frame',
  about: 'fifteen seconds of typing in a frame of another origin, then idle in the page',
  seconds: 28,
  bar: { share: 0.01 },
  async play(stage) {
    const other = await stage.world.serve(() => toHtml(FRAME))
    // Another site, not only another port: the frame gets a process of its own.
    const tab = await stage.open({ body: toFrame(other.origin.replace('127.0.0.1', 'localhost')) })
    await tab.click('#field')
    await tab.click('iframe', 'foreign')
    await typeOnly(() => tab.press('foreign'), WORK_MS)
    await tab.click('#field')
    await rest(8_000)
    const outcome = await stage.finish([tab])
    const keys = outcome.facts[0]!.filter(
      ({ kind, type }) => kind === 'foreign' && type === 'keydown',
    )
    if (keys.length < 20) throw new Error(`Only ${keys.length} keys came into the frame.`)
    return outcome
  },
}

async function typeOnly(press: () => Promise<void>, ms: number) {
  const until = Date.now() + ms
  while (Date.now() < until) {
    await press()
    await rest(60 + Math.random() * 200)
  }
}
