// Batches added up: for each promise the losses as they lie, and all that breaks one with the seed to play it again.

import type { BatchReport } from './batch.ts'
import {
  BARS_MS,
  isDoubled,
  isKeptLost,
  toLosses,
  toPromised,
  type Judged,
  type Promised,
} from './verdict.ts'

export interface Losses {
  ends: number
  barMs: number
  /** Of the losses, in ms; below 0 is the clocks' difference. */
  medianMs: number
  p99Ms: number
  maxMs: number
  overBar: number
  /** Why it was not judged. */
  note?: string
}

export interface Summary {
  trials: number
  kills: number
  /** Kills that waited for a put of the page. */
  aimed: number
  midWrite: number
  emptied: number
  /** Of those, how often the page said so afterwards. */
  emptiedSaid: number
  byPromise: Partial<Record<Promised, Losses>>
  doubled: number
  keptLost: number
  failed: number
  ms: number
  isClean: boolean
  /** Seeds of trials that broke a promise, and what was true and told. */
  broken: { seed: number; scenario: string; why: string; told: Judged['told'] }[]
}

/** `canSendLater`: the script leaves a request with the browser, for a renderer that crashes. */
export function toSummary(
  batches: readonly BatchReport[],
  { canSendLater }: { canSendLater: boolean },
): Summary {
  const trials = batches.flatMap((batch) => batch.trials)
  const emptied = trials.filter(({ isEmptied }) => isEmptied)
  const sum = (pick: (trial: Judged) => number) =>
    trials.reduce((total, trial) => total + pick(trial), 0)
  const broken = trials.flatMap((trial) => {
    const why = toBroken(trial, canSendLater)
    const { seed, scenario } = trial.plan
    return why ? [{ seed, scenario, why, told: trial.told }] : []
  })
  const byPromise: Summary['byPromise'] = {}
  for (const promised of Object.keys(BARS_MS) as Promised[]) {
    const losses = trials.filter((trial) => toPromised(trial) === promised).flatMap(toLosses)
    if (losses.length === 0) continue
    byPromise[promised] = toFigures(losses, BARS_MS[promised])
    if (promised === 'crash, nobody comes back' && !canSendLater)
      byPromise[promised].note = 'not judged: this script leaves nothing with the browser'
  }
  const failed = batches.reduce((total, batch) => total + batch.failed.length, 0)
  return {
    trials: trials.length,
    kills: sum(({ kills }) => kills),
    aimed: sum(({ plan }) => (plan.aimedMs === undefined ? 0 : 1)),
    midWrite: sum(({ midWrite }) => midWrite),
    emptied: emptied.length,
    emptiedSaid: emptied.filter(({ isSaid }) => isSaid).length,
    byPromise,
    doubled: trials.filter(isDoubled).length,
    keptLost: trials.filter(isKeptLost).length,
    failed,
    ms: batches.reduce((total, batch) => total + batch.ms, 0),
    isClean: broken.length === 0 && failed === 0 && (byPromise.closed?.medianMs ?? 0) <= CLOSED_MS,
    broken,
  }
}

/** The clocks that are compared here are this far apart. */
const CLOSED_MS = 5

function toBroken(trial: Judged, canSendLater: boolean): string | undefined {
  if (isDoubled(trial)) return 'doubled'
  if (isKeptLost(trial)) return 'what was on the disk was lost'
  const promised = toPromised(trial)
  // Held against its median.
  if (promised === 'closed') return undefined
  if (promised === 'crash, nobody comes back' && !canSendLater) return undefined
  const most = Math.max(...toLosses(trial))
  return most > BARS_MS[promised] ? `${promised}: ${most} ms lost` : undefined
}

function toFigures(losses: readonly number[], barMs: number): Losses {
  const sorted = losses.toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return {
    ends: sorted.length,
    barMs,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    maxMs: sorted.at(-1)!,
    overBar: sorted.filter((ms) => ms > barMs).length,
  }
}
