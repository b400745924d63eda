// Rounds added up.

import type { Findings } from './audit.ts'
import type { RoundReport } from './round.ts'

export interface Summary {
  rounds: number
  kills: number
  ways: RoundReport['ways']
  receipts: number
  verdicts: number
  entries: number
  runs: number
  events: number
  ms: number
  /** How much of each was found, which should be nothing. */
  found: Record<keyof Findings | 'complaints', number>
  isClean: boolean
  /** Rounds to play again, and the first of what was found in each. */
  failures: { seed: number; kills: number; lines: string[] }[]
}

const SHOWN = 5

export function toSummary(rounds: readonly RoundReport[]): Summary {
  const add = (pick: (round: RoundReport) => number) =>
    rounds.reduce((sum, round) => sum + pick(round), 0)
  const found = {
    lostReceipts: add(({ findings }) => findings.lostReceipts.length),
    doubledEntries: add(({ findings }) => findings.doubledEntries.length),
    doubledEvents: add(({ findings }) => findings.doubledEvents.length),
    lostEvents: add(({ findings }) => findings.lostEvents.length),
    complaints: add(({ complaints }) => complaints.length),
  }
  const ways: RoundReport['ways'] = {}
  for (const [way, count] of rounds.flatMap((round) => Object.entries(round.ways)))
    ways[way as keyof typeof ways] = (ways[way as keyof typeof ways] ?? 0) + count
  return {
    rounds: rounds.length,
    kills: add(({ kills }) => kills),
    ways,
    receipts: add(({ receipts }) => receipts),
    verdicts: add(({ verdicts }) => verdicts),
    entries: add(({ entries }) => entries),
    runs: add(({ runs }) => runs),
    events: add(({ events }) => events),
    ms: add(({ ms }) => ms),
    found,
    isClean: Object.values(found).every((count) => count === 0),
    failures: rounds.flatMap(({ seed, kills, findings, complaints }) => {
      const lines = [...Object.values(findings).flat(), ...complaints]
      return lines.length > 0 ? [{ seed, kills, lines: lines.slice(0, SHOWN) }] : []
    }),
  }
}
