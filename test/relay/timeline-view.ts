/** A run's timeline as a test wants to read it, and the little world around it. */
import type { Outcome, RunReport, TimelinePiece } from '../../src/relay/relay.ts'
import { MINUTE, MONDAY, SECOND } from './entries.ts'
import { openPage, openWorld, readReport, type World } from './relay-world.ts'

const LEASE_MS = 15 * MINUTE

/** Lets so much time pass that all there is has been told. */
export async function settle({ clock, relay }: World) {
  clock.pass(LEASE_MS)
  await relay.deliver()
}

export type Row = [
  from: number,
  to: number,
  presence: string,
  metric: string | null,
  reason: string | null,
  outcome: Outcome,
]

/** A timeline in seconds since the tests' first instant. */
const toRows = (timeline: readonly TimelinePiece[]): Row[] =>
  timeline.map(({ from, to, presence, metric, reason, outcome }) => [
    (from - MONDAY) / SECOND,
    (to - MONDAY) / SECOND,
    presence,
    metric,
    reason,
    outcome,
  ])

export const readLeg = ({ legs }: RunReport, id = 'a') =>
  toRows(legs.find(({ legId }) => legId === id)!.timeline)

export const toOutcomes = (report: RunReport, id = 'a') =>
  readLeg(report, id).map(([from, to, , metric, , outcome]) => [from, to, metric, outcome])

export async function openStudied(passMs: number, options = {}) {
  const world = await openWorld({ options })
  const page = await openPage(world)
  world.clock.pass(passMs)
  return { world, page, report: (run = 'r') => readReport(world, run) }
}
