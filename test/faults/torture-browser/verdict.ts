// What a trial proves: how much was lost, and whether anything was doubled, by the bars of what we promise.

import type { RunReport } from '../../../src/relay/relay.ts'
import type { Trial, Truth } from './trial.ts'

/** A trial with what Timeback was told of it. */
export interface Judged extends Trial {
  told: (Truth & { toldMs: number; lostMs: number })[]
  /** More was said to be lost than before it. */
  isSaid: boolean
  /** What the relay has of it, if what was on the disk is lost. */
  reports?: RunReport[]
}

/** Short, so that a trial has several flushes, and its end may come in one. */
export const FLUSH_EVERY_MS = 3_000

/** Which promise a trial is held against. */
export type Promised =
  | 'survived'
  | 'emptied online'
  | 'emptied offline'
  | 'crash'
  | 'crash, nobody comes back'
  | 'closed'

/** At most so many ms may be lost of each end. */
export const BARS_MS: Record<Promised, number> = {
  survived: 1_100,
  'emptied online': FLUSH_EVERY_MS,
  'emptied offline': 65_000,
  crash: 1_100,
  'crash, nobody comes back': 1_000,
  // By its median.
  closed: 0,
}

/** So far may the clocks of the page and of the parent be apart. */
const CLOCKS_MS = 100

export function toPromised({ plan: { scenario, offlineMs }, isEmptied }: Judged): Promised {
  if (scenario === 'crash' || scenario === 'crash, nobody comes back') return scenario
  if (scenario === 'closed') return 'closed'
  if (!isEmptied) return 'survived'
  return offlineMs > 0 ? 'emptied offline' : 'emptied online'
}

/** Ms of each end that never came to Timeback; of a crash that nobody came back from, what came without them. */
export function toLosses(trial: Judged): number[] {
  const { toldUnvisitedMs } = trial
  if (toldUnvisitedMs !== undefined) return [trial.ends[0]!.activeMs - toldUnvisitedMs]
  return trial.told.map(({ lostMs }) => lostMs)
}

/** More was told than there was. */
export const isDoubled = ({ told }: Judged): boolean =>
  told.some(({ toldMs, mostMs }) => toldMs > mostMs + CLOCKS_MS)

/**
 * What was on the disk did not reach Timeback though the storage was there afterwards. It needs no clock, so that it can
 * be asked of a machine that is busy too.
 */
export const isKeptLost = ({ told, isEmptied }: Judged): boolean =>
  !isEmptied && told.some(({ keptMs, toldMs }) => toldMs < keptMs)
