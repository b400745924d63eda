// One run of one scenario: its world and its browser, the pages that a learner works in, and at the end what was true,
// what the page says and what Timeback was told.

import { setTimeout as sleep } from 'node:timers/promises'
import { checkActs } from './act.ts'
import { openBrowser, type BenchBrowser } from './bench-browser.ts'
import { startWorld, type BenchWorld } from './bench-world.ts'
import { toRecorderTag, type Fact } from './recorder.ts'
import type { Stretch } from './stretch.ts'
import type { Tab } from './tab.ts'
import type { Bundles } from './bundles.ts'
import {
  toTimes,
  toTruth,
  toTruthOfOne,
  type Times,
  type TruthRules,
  type TruthSets,
} from './truth.ts'

/** What the script tag puts into the page. */
interface PageStint {
  current: {
    runId: string
    end(result: object): Promise<{ saved: string }>
    spans?(): PageSpan[]
  } | null
  flush(): Promise<void>
  getSnapshot(): {
    run: { totals: Times } | null
    sync: string
    problem: { code: string } | null
  }
}

/** A span as the page tells it, in epoch ms. */
export interface PageSpan {
  presence: string
  from: number
  to: number
}

export interface Outcome {
  truth: Times
  /** What the page says; none where several pages are one learner's. */
  page: Times | undefined
  /** What Timeback was told; it is told nothing of what does not count. */
  told: Omit<Times, 'uncounted'>
  /** For whoever looks for a mistake. */
  sets: TruthSets
  spans: PageSpan[]
  facts: Fact[][]
}

export interface OpenOptions {
  /** What is in the page, besides a field to type in. */
  body?: string
  activity?: string
  how?: { background?: boolean; newWindow?: boolean }
  /** Answers what the page asks of its own origin. */
  files?: Record<string, () => Response>
}

export interface Stage {
  world: BenchWorld
  browser: BenchBrowser
  /** Opens a page with the script tag, and resolves once the relay knows of its run. */
  open(options?: OpenOptions): Promise<Tab>
  hide(tab: Tab): Promise<void>
  show(tab: Tab): Promise<void>
  /** Completes the runs of these pages, one after the other. */
  finish(tabs: Tab[], asleep?: Stretch[]): Promise<Outcome>
  close(): Promise<void>
}

export async function openStage(bundles: Bundles, rules: TruthRules): Promise<Stage> {
  const { idleWasteAfterMs, hiddenWasteAfterMs } = rules
  const world = await startWorld(bundles, { idleWasteAfterMs, hiddenWasteAfterMs })
  const browser = await openBrowser()
  return {
    world,
    browser,
    async open({ body = '', activity = 'fractions', how = {}, files = {} } = {}) {
      const html = toPage(body, toTag(world.relayOrigin, activity, rules.idleAfterMs))
      const site = await world.serve(({ url }) => files[new URL(url).pathname]?.() ?? toHtml(html))
      const tab = await browser.openTab(site.origin, how)
      await tab.waitFor('a run that is known', isKnown)
      return tab
    },
    hide: (tab) => turn(tab, 'hidden', browser.blank),
    show: (tab) => turn(tab, 'visible', tab),
    finish: (tabs, asleep) => finish(world, rules, tabs, asleep),
    async close() {
      await browser.close()
      await world.close()
    },
  }
}

export const rest = (ms: number) => sleep(ms)

export const toHtml = (text: string) =>
  new Response(text, { headers: { 'content-type': 'text/html; charset=utf-8' } })

const toTag = (relay: string, activity: string, idleAfterMs: number) =>
  `<script src="${relay}/stint.js" data-activity="${activity}" data-name="${activity}"
    data-subject="Math" data-grade="5" data-idle-after-ms="${idleAfterMs}" defer></script>`

/** Long enough to scroll; the mouse moves where neither fields nor frames are. */
const toPage = (body: string, tag: string) => `<!doctype html>
<title>Bench</title>${toRecorderTag()}${tag}
<body style="margin: 0; height: 5000px"><div style="height: 280px"><input id="field">${body}</div>`

/** Puts `front` in front, and resolves when the page knows. */
async function turn(tab: Tab, kind: 'hidden' | 'visible', front: Tab) {
  const from = Date.now()
  await front.bringToFront()
  if (kind === 'hidden') await tab.waitFor('nobody looking', () => document.hidden)
  else await tab.waitFor('somebody looking', () => !document.hidden)
  tab.acts.push({ kind, from, to: Date.now(), tailMs: 0 })
}

async function finish(
  world: BenchWorld,
  rules: TruthRules,
  tabs: Tab[],
  asleep: Stretch[] = [],
): Promise<Outcome> {
  const ends = []
  for (const tab of tabs) ends.push(await tab.evaluate(endRun))
  const seconds = await world.told(ends.map(({ runId }) => runId))
  const facts = await Promise.all(tabs.map((tab) => tab.facts()))
  for (const [index, tab] of tabs.entries()) checkActs(facts[index]!, tab.acts)
  for (const { problem } of ends) if (problem) throw new Error(`The page has a problem: ${problem}`)
  const sets = toTruthOfPages(facts.map((ofPage) => toTruth(ofPage, rules, asleep)))
  const toMs = (metric: string) => (seconds[metric] ?? 0) * 1_000
  return {
    truth: toTimes(sets),
    page: ends.length === 1 ? ends[0]!.totals : undefined,
    told: { active: toMs('active'), inactive: toMs('inactive'), waste: toMs('waste') },
    sets,
    spans: ends.flatMap(({ spans }) => spans),
    facts,
  }
}

const toTruthOfPages = (pages: TruthSets[]) =>
  pages.length === 1 ? pages[0]! : toTruthOfOne(pages)

/** Runs in the page, as all that is below. */
function isKnown() {
  const { Stint } = window as unknown as { Stint: PageStint }
  return Stint.getSnapshot().sync === 'saved'
}

export function flushPage() {
  const { Stint } = window as unknown as { Stint: PageStint }
  return Stint.flush()
}

async function endRun() {
  const { Stint } = window as unknown as { Stint: PageStint }
  const run = Stint.current
  if (!run) throw new Error('The page has no run.')
  const at = performance.timeOrigin + performance.now()
  const { saved } = await run.end({ totalQuestions: 1, correctQuestions: 1 })
  benchFacts.push({ kind: 'end', at, type: 'script' })
  const { run: last, problem } = Stint.getSnapshot()
  if (!last) throw new Error(`The page forgot its run (${saved}).`)
  return {
    runId: run.runId,
    totals: last.totals,
    spans: run.spans?.() ?? [],
    problem: problem?.code,
  }
}
