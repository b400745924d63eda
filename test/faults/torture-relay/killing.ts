// When a relay dies. Each way is aimed at another line that moves something from one hand to the next.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../support/chance.ts'
import type { Timeback } from './timeback.ts'

export const WAYS = ['booting', 'any time', 'receiving', 'sending', 'sent'] as const
export type Way = (typeof WAYS)[number]

/** Who dies while it starts has no time for a receipt, so it is rare. */
const WEIGHTS: readonly Way[] = [
  'booting',
  ...Array.from({ length: 3 }, () => 'any time' as const),
  ...Array.from({ length: 4 }, () => 'receiving' as const),
  'sending',
  'sent',
]

/** A life lasts at most so long: there may be nothing to send, or to receive. */
const MAX_LIFE_MS = 2_000

/** A life without one would not count much: a send is not waited for before. */
const MIN_LIFE_MS = 250

export interface Victim {
  isReady: Promise<unknown>
  /** Resolves when so many more flushes are answered. */
  answered(count: number): Promise<void>
  timeback: Timeback
  /** What lives last of their usual length, from 0 to 1. */
  pace: number
}

export const chooseWay = (chance: Chance): Way => chance.oneOf(WEIGHTS)

/** Resolves at the moment to kill. What is random about it comes from the seed; what the machine does then does not. */
export async function untilMoment(
  way: Way,
  chance: Chance,
  { isReady, answered, timeback, pace }: Victim,
): Promise<void> {
  if (way === 'booting') return sleep(chance.between(0, 80))
  await isReady
  const wait: Record<Exclude<Way, 'booting'>, () => Promise<void>> = {
    'any time': () => sleep(pace * chance.between(0, 800)),
    // In the turn that got an answer, others of the same moment are under way.
    receiving: () => answered(Math.ceil(pace * chance.between(20, 300))),
    sending: () => afterRest(timeback, 'coming', pace),
    sent: () => afterRest(timeback, 'stored', pace),
  }
  await Promise.race([wait[way](), sleep(pace * MAX_LIFE_MS)])
}

async function afterRest(
  timeback: Timeback,
  when: 'coming' | 'stored',
  pace: number,
): Promise<void> {
  await sleep(pace * MIN_LIFE_MS)
  await new Promise<void>((resolve) => timeback.onNextSend(when, resolve))
}
