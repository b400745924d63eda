// One trial: a page with a run comes to a violent end, the learner comes back, and what was true of the run is noted for
// whoever compares it with what Timeback was told.

import { setTimeout as sleep } from 'node:timers/promises'
import { toMs, unite, type Stretch } from '../../bench/support/stretch.ts'
import type { World } from '../../browser/world.ts'
import type { TestServer } from '../../support/serve.ts'
import type { Browser } from './browser.ts'
import { isKilled, type Plan } from './plan.ts'
import { readKeys, sendWaiting, toLookUrl, toVisitUrl, toWorkUrl } from './site.ts'
import { untilSettled } from './settled.ts'
import { isMidWrite, openWork, toKeptMs, toSeen, type WatchedTab } from './watched-tab.ts'

/** Runs that ended together, of which each instant is told once. */
export interface Truth {
  runIds: string[]
  /** Ms of active time, at least and at most: the end is not an instant. */
  activeMs: number
  mostMs: number
  /** Of which so much was surely on the disk; 0 where that can't be said of active time alone. */
  keptMs: number
}

export interface Trial {
  plan: Plan
  kills: number
  /** Of those, how many after a put was called and before it was heard to be done. */
  midWrite: number
  ends: Truth[]
  /** Chromium had something of the run on its disk, and afterwards nothing. */
  isEmptied: boolean
  /** Then, how many keys there still were: none, if all of it is gone. */
  keysLeft?: number
  /** What the page said is lost for good, if it says so at all. */
  saidLost?: { rows: number; ms: number } | undefined
  /** Keys of entries that were still in the storage after the visit. */
  left: string[]
  /** Active ms that Timeback had before anybody came back; only where nobody did for a while. */
  toldUnvisitedMs?: number
}

export interface TrialStage {
  world: World
  site: TestServer
  /** Starts the next browser on the same profile. */
  startBrowser(): Promise<Browser>
  /** Keys of rows that an earlier visit could not send, as their grant was emptied away: no later one waits for them. */
  stuck: ReadonlySet<string>
  /** How long nobody comes back where nobody does, in real ms. */
  unvisitedMs: number
}

/** Returns the browser that is open at the end, for the next one. */
export async function playTrial(
  stage: TrialStage,
  plan: Plan,
  first: Browser,
): Promise<{ trial: Trial; browser: Browser }> {
  const trial: Trial = { plan, kills: 0, midWrite: 0, ends: [], isEmptied: false, left: [] }
  let browser = first
  const tabs = await work(stage, plan, browser)
  const end = (during: Stretch) => trial.ends.push(toTruth(tabs, during))

  if (isKilled(plan.scenario)) {
    browser = await kill(stage, plan, trial, browser, tabs, end)
  } else if (plan.scenario === 'closed') {
    const from = Date.now()
    await browser.closeTab(tabs[0]!.tab)
    await browser.quit()
    end({ from, to: Date.now() })
    browser = await stage.startBrowser()
  } else {
    end(await browser.crash(tabs[0]!.tab))
    if (plan.scenario === 'crash, nobody comes back') {
      await sleep(stage.unvisitedMs)
      await untilSettled(stage.world, [tabs[0]!.runId], stage.unvisitedMs)
      trial.toldUnvisitedMs = toToldMs(stage.world, tabs[0]!.runId)
    }
    await browser.closeTab(tabs[0]!.tab)
  }

  const hadKept = tabs.some(({ facts }) => facts.some(({ kind }) => kind === 'kept'))
  const keys = await lookAtKeys(stage, browser)
  if (hadKept && !keys.some((key) => key.includes(tabs[0]!.runId))) {
    trial.isEmptied = true
    trial.keysLeft = keys.length
  }
  trial.saidLost = await visit(stage, browser)
  trial.left = [...stage.stuck]
  return { trial, browser }
}

/** Active ms that Timeback was told of a run. */
export const toToldMs = (world: World, runId: string): number =>
  world
    .events(runId)
    .flatMap(({ generated }) => generated.items)
    .filter(({ type }) => type === 'active')
    .reduce((sum, { value }) => sum + Math.round(value * 1_000), 0)

/** Until just before the end. */
async function work({ site }: TrialStage, plan: Plan, browser: Browser): Promise<WatchedTab[]> {
  const open = (name: string) => {
    const runId = `t${plan.seed}-${name}`
    return openWork(browser, toWorkUrl(site, runId), runId)
  }
  const tabs = [await open('a')]
  await tabs[0]!.until('start', 'first')
  const { workMs, offlineMs, scenario } = plan
  await sleep((workMs - offlineMs) / (scenario === 'two tabs' ? 2 : 1))
  if (offlineMs > 0) {
    // Of time that nobody has claimed yet nothing is kept on the disk: it may be no other learner's.
    await tabs[0]!.until('claimed', 'first')
    await goOffline(tabs[0]!)
    await sleep(offlineMs)
  }
  if (scenario === 'two tabs') {
    tabs.push(await open('b'))
    await tabs[1]!.until('start', 'first')
    await sleep(workMs / 2)
  }
  return tabs
}

async function goOffline({ tab }: WatchedTab): Promise<void> {
  await tab.send('Network.enable')
  await tab.send('Network.emulateNetworkConditions', {
    offline: true,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: -1,
  })
}

/** Once, or for `restart` twice. */
async function kill(
  stage: TrialStage,
  plan: Plan,
  trial: Trial,
  browser: Browser,
  tabs: WatchedTab[],
  end: (during: Stretch) => void,
): Promise<Browser> {
  const front = tabs.at(-1)!
  if (plan.aimedMs !== undefined) {
    await front.until('put', 'next')
    if (plan.aimedMs > 0) await sleep(plan.aimedMs)
  }
  trial.kills += 1
  trial.midWrite += isMidWrite(front.facts) ? 1 : 0
  end(await browser.kill())
  const next = await stage.startBrowser()
  if (plan.scenario !== 'restart') return next

  const runId = `t${plan.seed}-again`
  const again = await openWork(next, toWorkUrl(stage.site, runId), runId)
  await again.until('start', 'first')
  await sleep(plan.againMs)
  trial.kills += 1
  trial.midWrite += isMidWrite(again.facts) ? 1 : 0
  trial.ends.push(toTruth([again], await next.kill()))
  return stage.startBrowser()
}

function toTruth(tabs: readonly WatchedTab[], { from, to }: Stretch): Truth {
  const wasHidden = tabs.some(({ facts }) => facts.some(({ kind }) => kind === 'hidden'))
  const toActiveMs = (endedAt: number) =>
    Math.round(toMs(unite(tabs.flatMap(({ facts }) => toSeen(facts, endedAt)))))
  return {
    runIds: tabs.map(({ runId }) => runId),
    activeMs: toActiveMs(from),
    mostMs: toActiveMs(to),
    keptMs: tabs.length > 1 || wasHidden ? 0 : toKeptMs(tabs[0]!.facts),
  }
}

/** What the storage has, before any page of ours touches it. */
async function lookAtKeys({ site }: TrialStage, browser: Browser): Promise<string[]> {
  const tab = await browser.open(toLookUrl(site))
  await tab.waitFor('a page', () => location.pathname === '/look')
  const keys = await tab.evaluate(readKeys)
  await browser.closeTab(tab)
  return keys
}

const VISIT_MS = 20_000

/** The learner comes back, and what waits is sent. What has lost its grant stays, and is not waited for longer. */
async function visit(stage: TrialStage, browser: Browser): Promise<Trial['saidLost']> {
  const tab = await browser.open(toVisitUrl(stage.site))
  await tab.waitFor('Stint', () => 'Stint' in window)
  const until = Date.now() + VISIT_MS
  let lost: Trial['saidLost']
  let left: string[] = []
  do {
    lost = await tab.evaluate(sendWaiting)
    left = (await tab.evaluate(readKeys)).filter((key) => key.startsWith('entry:'))
    if (left.every((key) => stage.stuck.has(key))) break
    await sleep(250)
  } while (Date.now() < until)
  stage.stuck = new Set(left)
  await browser.closeTab(tab)
  return lost
}
