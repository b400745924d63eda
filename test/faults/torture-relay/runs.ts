// The runs of one simulated learner, one after the other: each of one to three legs, as after a reload. What is new
// goes into the outbox; what a run was worth goes into the journal when it ends.

import type { Chance } from '../support/chance.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import { createLeg, type Leg } from './work.ts'

/** What waits to be sent. */
export interface Row {
  entry: { id: string }
  reach: number
}

/**
 * Two legs of a learner never touch: the relay places each by its own guess of the page's clock, which is as exact as
 * the quickest request was, and what it took for both at once would be told once.
 */
const MIN_GAP_MS = 2_500

const ACTIVITY = { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 5 } }

export function createRuns(
  learner: string,
  chance: Chance,
  { clock, journal, outbox }: { clock: Clock; journal: Journal; outbox: Map<string, Row> },
) {
  let count = 0
  let freeAt = 0
  let isFinishing = false
  let run: { runId: string; legs: Leg[]; legsToCome: number } | undefined
  let leg: Leg | undefined
  /** How far each slice is in the outbox or with the relay. */
  const put = new Map<string, number>()

  const toId = (rest: string) => `${run!.runId}/${rest}`
  const keep = (id: string, reach: number, more: object) => {
    journal.make(id)
    outbox.set(id, { entry: { v: 1, id, ...more } as Row['entry'], reach })
  }

  const openLeg = () => {
    const startedAt = clock.now()
    run ??= { runId: `${learner}-${(count += 1)}`, legs: [], legsToCome: chance.between(1, 3) }
    leg = createLeg(chance.fork(), `leg${run.legs.length}`, startedAt)
    run.legs.push(leg)
    const start = { type: 'start', activity: ACTIVITY, wallAt: startedAt, monoAt: 40 }
    keep(toId(`${leg.legId}/start`), 0, start)
  }

  const growLeg = (ms: number) => {
    for (const { n, spans, reach } of leg!.slicesTo(ms)) {
      const id = toId(`${leg!.legId}/${n}`)
      if ((put.get(id) ?? 0) >= reach) continue
      put.set(id, reach)
      keep(id, reach, { type: 'slice', spans })
    }
  }

  const endLeg = (lastsMs: number) => {
    leg!.lastsMs = lastsMs
    freeAt = leg!.startedAt + lastsMs + MIN_GAP_MS + chance.between(0, 20_000)
    run!.legsToCome -= 1
    if (isFinishing || run!.legsToCome === 0) endRun()
    leg = undefined
  }

  const endRun = () => {
    const { runId, legs } = run!
    const last = legs.at(-1)!
    const told = legs.map(({ legId, lastsMs, slicesTo }) => [
      legId,
      { slices: slicesTo(lastsMs).length, reach: lastsMs },
    ])
    keep(`${runId}/end`, 0, {
      type: 'end',
      legId: last.legId,
      at: last.lastsMs,
      result: { totalQuestions: 10, correctQuestions: chance.between(0, 10) },
      legs: Object.fromEntries(told),
    })
    const worth = { active: 0, inactive: 0 }
    for (const { lastsMs, worthTo } of legs) {
      const { active, inactive } = worthTo(lastsMs)
      worth.active += active
      worth.inactive += inactive
    }
    journal.end(runId, worth)
    run = undefined
    put.clear()
  }

  /** Up to now, or to the end of the leg if that was meanwhile. */
  const grow = () => {
    const now = clock.now()
    if (!leg) {
      if (isFinishing || now < freeAt) return
      openLeg()
    }
    const ms = Math.min(now - leg!.startedAt, leg!.lastsMs)
    if (ms > 0) growLeg(ms)
    if (ms >= leg!.lastsMs) endLeg(ms)
  }

  return {
    grow,
    finish() {
      isFinishing = true
      const ms = leg && Math.min(clock.now() - leg.startedAt, leg.lastsMs)
      if (ms) {
        growLeg(ms)
        endLeg(ms)
      } else if (run) {
        // Between two pages of it, or on one that has only just opened.
        if (leg) leg.lastsMs = 0
        endRun()
        leg = undefined
      }
    },
  }
}
