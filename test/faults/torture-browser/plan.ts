// What happens in one trial, all by its seed: how the page ends, what the learner had done until then, and where in the
// page's writing the end is aimed at. What the machine does at that moment is its own.

import { createChance } from '../support/chance.ts'

/**
 * `online`, `offline`, `two tabs`: the browser is killed. `restart`: and killed again, within 100 ms of the next page's
 * start. `crash` and `crash, nobody comes back`: only the renderer dies. `closed`: offline, then closed as a user does.
 */
export type Scenario =
  'online' | 'offline' | 'two tabs' | 'restart' | 'crash' | 'crash, nobody comes back' | 'closed'

export interface Plan {
  seed: number
  scenario: Scenario
  /** From the start of the run. */
  workMs: number
  /** Of that, so long without the network at its end. */
  offlineMs: number
  /** The kill waits for the page to write, and so many ms more. */
  aimedMs: number | undefined
  /** Of `restart`: after the second page's start. */
  againMs: number
}

const WEIGHTS: Record<Scenario, number> = {
  online: 9,
  offline: 4,
  'two tabs': 2,
  restart: 2,
  crash: 1,
  'crash, nobody comes back': 1,
  closed: 1,
}

const SCENARIOS = Object.entries(WEIGHTS).flatMap(([scenario, weight]) =>
  Array.from({ length: weight }, () => scenario as Scenario),
)

/** The browsers' own part of a put takes some ms after the call: the first of them are where a kill tears. */
const AIMS_MS = [0, 0, 0, 1, 2, 3, 5, 8]

export function toPlan(seed: number): Plan {
  const chance = createChance(seed)
  const scenario = chance.oneOf(SCENARIOS)
  const isOffline = scenario === 'offline' || scenario === 'closed'
  const workMs = chance.between(isOffline ? 2_500 : 400, 6_000)
  return {
    seed,
    scenario,
    workMs,
    offlineMs: isOffline ? chance.between(1_500, workMs - 500) : 0,
    aimedMs: isKilled(scenario) && chance.is(0.7) ? chance.oneOf(AIMS_MS) : undefined,
    againMs: chance.between(0, 100),
  }
}

export const isKilled = (scenario: Scenario): boolean =>
  ['online', 'offline', 'two tabs', 'restart'].includes(scenario)
