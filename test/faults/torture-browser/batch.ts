// A batch: one world and one profile, some trials after each other in it, and what Timeback was told at the end beside
// what was true.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startWorld } from '../../browser/world.ts'
import { openBrowser, type Browser } from './browser.ts'
import { toPlan, type Plan } from './plan.ts'
import { untilSettled } from './settled.ts'
import { serveSite } from './site.ts'
import { playTrial, toToldMs, type Trial, type TrialStage } from './trial.ts'
import { FLUSH_EVERY_MS, isKeptLost, type Judged } from './verdict.ts'

export interface BatchReport {
  trials: Judged[]
  /** Trials that came to no end: the machine's or the harness's fault, and no kill that counts. */
  failed: { plan: Plan; why: string }[]
  ms: number
}

export interface BatchOptions {
  seeds: readonly number[]
  isStopping?: () => boolean
  onTrial?: (trial: Trial) => void
}

/** Longer than a flush, as the relay wants it, and than a timer of a hidden page may be late. */
const LEASE_MS = FLUSH_EVERY_MS + 2_000
const SETTLED_WITHIN_MS = 60_000

export async function playBatch({
  seeds,
  isStopping = () => false,
  onTrial = () => {},
}: BatchOptions): Promise<BatchReport> {
  const begunAt = Date.now()
  const world = await startWorld({ leaseMs: LEASE_MS, flushEveryMs: FLUSH_EVERY_MS })
  const site = await serveSite(world.relayOrigin)
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-torture-'))
  const started: Browser[] = []
  const startBrowser = async () => {
    const browser = await openBrowser(profile)
    started.push(browser)
    return browser
  }
  const unvisitedMs = LEASE_MS + 3_500
  const stage: TrialStage = { world, site, startBrowser, stuck: new Set(), unvisitedMs }
  const trials: Trial[] = []
  const failed: BatchReport['failed'] = []

  let browser = await startBrowser()
  for (const seed of seeds) {
    if (isStopping()) break
    const plan = toPlan(seed)
    try {
      const played = await playTrial(stage, plan, browser)
      browser = played.browser
      trials.push(played.trial)
      onTrial(played.trial)
    } catch (error) {
      failed.push({ plan, why: String(error) })
      await started.at(-1)!.kill()
      browser = await startBrowser()
    }
  }
  await browser.quit()
  const runIds = trials.flatMap(({ ends }) => ends.flatMap((end) => end.runIds))
  await untilSettled(world, runIds, SETTLED_WITHIN_MS)
  const judged = trials.map((trial, index) =>
    judge(trial, trials[index - 1], (runId) => toToldMs(world, runId)),
  )
  for (const trial of judged.filter(isKeptLost)) {
    const lost = trial.ends.flatMap((end) => end.runIds)
    trial.reports = await Promise.all(lost.map((runId) => world.report(runId)))
  }
  await site.close()
  await world.close()
  await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  return { trials: judged, failed, ms: Date.now() - begunAt }
}

function judge(trial: Trial, before: Trial | undefined, toTold: (runId: string) => number): Judged {
  const told = trial.ends.map((truth) => {
    const toldMs = truth.runIds.reduce((sum, runId) => sum + toTold(runId), 0)
    return { ...truth, toldMs, lostMs: truth.activeMs - toldMs }
  })
  const isSaid = (trial.saidLost?.rows ?? 0) > (before?.saidLost?.rows ?? 0)
  return { ...trial, told, isSaid }
}
