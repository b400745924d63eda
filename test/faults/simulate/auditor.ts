/**
 * The auditor: compares what Timeback has counted with what each learner truly did. It imports nothing from src/ and
 * does its own sums. From the witness it takes where and when (which part of a leg a relay has given its receipt for, in which
 * order runs were settled), never how much.
 *
 * The rule is DESIGN.md's: an instant has one owner; active, then flag, inactive, waste; ties go to the earlier start;
 * what was told stays as told. Every sum is held to the millisecond.
 */
import { createDay, type Settled } from './day.ts'
import type { Counted } from './timeback.ts'
import type { Fact, Rules } from './truth.ts'
import type { Deed, Kept } from './witness.ts'

/** One page's part of a run, as it truly was. */
export interface TrueLeg {
  learner: string
  runId: string
  disk: string
  /** By the world's clock, and by the wall clock of its page, which names it on the wire. */
  startedAt: number
  wallAt: number
  startsVisible: boolean
  facts: Fact[]
  /** When nothing more could be seen: it ended, was closed, or died. */
  endedAt: number
  /** It died, and nobody told it; so much may lie between two writes. */
  writesEveryMs: number | undefined
}

/** A result that a learner was told is in safe hands. */
export interface TrueEnd {
  learner: string
  runId: string
  disk: string
  activity: string
  totalQuestions: number
  correctQuestions: number
  saved: 'relay' | 'device' | 'memory' | undefined
  /** What was on its device is gone, and it is no page's fault. */
  isDiskEmptied?: boolean
}

/** A row of the relay's outbox, as the report of its run shows it. */
export interface Shown {
  eventIds: string[]
  state: string
  maybeTwice: boolean
}

export interface Evidence {
  rules: Rules
  legs: TrueLeg[]
  ends: TrueEnd[]
  kept: Kept
  ledger: Counted[]
  shown: Shown[]
  /** Whether Timeback shows what it took in time for the promise of exactly once. */
  showsInTime: boolean
}

export interface Audit {
  problems: string[]
  /** Ms told, and the most that any page lost with its memory. */
  toldMs: number
  lostWithMemoryMs: number
}

export function audit(evidence: Evidence): Audit {
  const problems: string[] = []
  const { kept, ledger, legs, ends } = evidence
  const say = (problem: string) => void problems.push(problem)
  const learners = [...new Set(legs.map(({ learner }) => learner))]
  let toldMs = 0
  let lostWithMemoryMs = 0

  const events = checkTwice(evidence, say)
  for (const learner of learners) {
    const own = <T extends { learner: string }>(all: readonly T[]) =>
      all.filter((one) => one.learner === learner)
    const day = createDay(own(legs), own(kept.deeds), evidence.rules)
    day.missing(kept).forEach(say)
    const expected = day.settled
    toldMs += checkTimes(expected, events, say)
    checkEnds(own(ends), kept, expected, events, say)
    const lostMs = day.lostMs()
    if (lostMs !== 0) say(`${learner}: ${lostMs} ms were counted by no run or by two`)
    lostWithMemoryMs = Math.max(lostWithMemoryMs, day.checkMemory(kept, say))
  }
  checkStrangers(events, kept.deeds, say)
  checkShown(evidence, ledger, say)
  return { problems, toldMs, lostWithMemoryMs }
}

type Say = (problem: string) => void

/** Each event once. Where Timeback shows too late what it took, one may be there twice, and then its row says so. */
function checkTwice({ ledger, shown, showsInTime }: Evidence, say: Say): Counted[] {
  const once = new Map<string, Counted>()
  for (const counted of ledger) {
    const { id, type } = counted.event
    if (!once.has(id)) {
      once.set(id, counted)
      continue
    }
    const row = shown.find(({ eventIds }) => eventIds.includes(id))
    const isSaid = row !== undefined && (row.maybeTwice || row.state === 'unclear')
    if (showsInTime) say(`${type} ${id} is in the ledger twice`)
    else if (!isSaid) say(`${type} ${id} is in the ledger twice, and nothing says that it may be`)
  }
  return [...once.values()]
}

/** On the wire are seconds; a thousandth is the smallest that stands there. */
function toWholeMs(seconds: number, say: Say): number {
  const ms = Math.round(seconds * 1_000)
  if (Math.abs(seconds * 1_000 - ms) > 1e-6) say(`${seconds} s are no whole milliseconds`)
  return ms
}

function checkTimes(settled: readonly Settled[], events: readonly Counted[], say: Say): number {
  let sum = 0
  const runs = new Set(settled.map(({ runId }) => runId))
  for (const runId of runs) {
    const expected = new Map<string, number>()
    for (const { told } of settled.filter((one) => one.runId === runId))
      for (const [metric, ms] of told) expected.set(metric, (expected.get(metric) ?? 0) + ms)
    const counted = new Map<string, number>()
    for (const { event } of events) {
      if (event.extensions.runId !== runId || event.type !== 'TimeSpentEvent') continue
      for (const { type, value } of event.generated.items)
        counted.set(type, (counted.get(type) ?? 0) + toWholeMs(value, say))
    }
    for (const metric of new Set([...expected.keys(), ...counted.keys()])) {
      const [right, is] = [expected.get(metric) ?? 0, counted.get(metric) ?? 0]
      sum += is
      if (is !== right) say(`run ${runId}: ${is} ms ${metric} in the ledger, ${right} are true`)
    }
  }
  return sum
}

/** A result that was kept is told once, with the XP and the attempt that it is worth. */
function checkEnds(
  ends: readonly TrueEnd[],
  kept: Kept,
  settled: readonly Settled[],
  events: readonly Counted[],
  say: Say,
) {
  const attempts = new Map<string, number[]>()
  for (const end of ends) {
    const { runId, activity, saved } = end
    const isReceived = kept.deeds.some((deed) => deed.type === 'ended' && deed.runId === runId)
    const isKept = isReceived || kept.rows.has(`${runId}/end`)
    if (saved === 'relay' && !isReceived) say(`run ${runId}: said to be with the relay, and is not`)
    if (saved === 'device' && !isKept && !end.isDiskEmptied)
      say(`run ${runId}: said to be on this device, and is not`)
    const found = events.filter(
      ({ event }) => event.type === 'ActivityEvent' && event.extensions.runId === runId,
    )
    if (found.length > 1 || (isKept && found.length === 0))
      say(`run ${runId}: ${found.length} completions in the ledger`)
    for (const { event } of found) {
      const { attempt = 0, items } = event.generated
      attempts.set(activity, [...(attempts.get(activity) ?? []), attempt])
      const upTo = settled.findIndex((one) => one.runId === runId && one.completes)
      const activeMs = settled
        .slice(0, upTo + 1)
        .filter((one) => one.runId === runId)
        .reduce((sum, { told }) => sum + (told.get('active') ?? 0), 0)
      const worth = toXp(activeMs, end, attempt)
      const value = (type: string) => items.find((item) => item.type === type)?.value
      const xp = value('xpEarned') ?? NaN
      // Steps of a tenth; in the middle between two of them either is right.
      if (!(Math.abs(xp - worth) <= 0.05 + 1e-9 && Math.abs(xp * 10 - Math.round(xp * 10)) < 1e-9))
        say(`run ${runId}: ${xp} XP for ${worth}`)
      for (const name of ['totalQuestions', 'correctQuestions'] as const)
        if (value(name) !== end[name]) say(`run ${runId}: ${name} ${value(name)} for ${end[name]}`)
    }
  }
  for (const [activity, all] of attempts) {
    const sorted = all.toSorted((a, b) => a - b)
    if (sorted.some((attempt, index) => attempt !== index + 1))
      say(`${activity}: attempts ${sorted.join(', ')}`)
  }
}

/** One XP a minute of active time, by accuracy and by attempt (README, "XP"). */
function toXp(activeMs: number, { totalQuestions, correctQuestions }: TrueEnd, attempt: number) {
  const accuracy = correctQuestions / totalQuestions
  const factor = accuracy === 1 ? 1.25 : accuracy >= 0.8 ? 1 : 0
  const again = attempt === 1 ? 1 : attempt === 2 ? 0.5 : attempt === 3 ? 0.25 : 0
  return (activeMs / 60_000) * factor * again
}

/** Nothing is told of a run that was never settled, and no completion of one that never ended. */
function checkStrangers(events: readonly Counted[], deeds: readonly Deed[], say: Say) {
  const known = (type: Deed['type']) =>
    new Set(deeds.filter((deed) => deed.type === type).map(({ runId }) => runId))
  const [settled, ended] = [known('settled'), known('ended')]
  for (const { event } of events) {
    const { runId } = event.extensions
    const isKnown = event.type === 'ActivityEvent' ? ended.has(runId) : settled.has(runId)
    if (!isKnown) say(`${event.type} ${event.id} of run ${runId} came from nowhere`)
  }
}

/** What the relay shows as delivered, Timeback has; and it has nothing else. */
function checkShown({ shown }: Evidence, ledger: readonly Counted[], say: Say) {
  const had = new Set(ledger.map(({ event }) => event.id))
  const delivered = new Set<string>()
  for (const { eventIds, state } of shown) {
    if (state !== 'delivered') say(`${eventIds.join(' ')} ended ${state}`)
    for (const id of eventIds) {
      delivered.add(id)
      if (state === 'delivered' && !had.has(id)) say(`${id} is shown as delivered, and is not`)
    }
  }
  for (const id of had) if (!delivered.has(id)) say(`${id} is in the ledger, and no row knows it`)
}
