/**
 * Timing: the open leg of a run, fed with what the browser tells. Instants arrive with their signals; this is where
 * both clocks are read, and where a leg gets its 0.
 */
import type { Presence } from '../contract/entry.ts'
import { openLeg, takeSignal, type Leg } from '../core/leg.ts'
import { REASONS } from '../core/measure.ts'
import type { Terms } from '../core/policy.ts'
import type { Flag, Signal, SignalType } from '../core/presence.ts'
import type { Clock } from './clock.ts'

export interface Timer {
  leg: Leg
  /** The leg's 0 on each clock; `Infinity` on the monotonic one while it has none. */
  monoAt: number
  wallAt: number
  /** Gives the leg its 0, an instant on the monotonic clock. Until then it hears signals, and no time passes. */
  begin(at: number): void
  hear(type: SignalType, timeStamp?: number, flag?: Flag): void
  /** An interaction: quick, since a page may have hundreds a second. */
  interact(timeStamp: number): void
  /** The leg as of this instant, without telling it: reading must not write. */
  toNow(): Leg
  /** Hears nothing more. */
  stop(): void
}

/** While active, interactions closer together than this change nothing that could be seen. */
const INTERACTION_GRAIN_MS = 1_000

/** `onPresence` hears of each presence in turn, those that passed unseen too, with its reason if it needs one. */
export function createTimer(
  clock: Clock,
  toTerms: () => Terms,
  onPresence: (presence: Presence, reason: string | undefined) => void,
): Timer {
  let interactionAt = 0
  /** The last interaction that the leg has not heard of; 0 for none. */
  let pendingAt = 0
  let stopped = false
  let told = ''

  /** In ms since the leg's 0, rounded once; before it has one, everything is at its 0. */
  const toAt = (timeStamp: number) =>
    timer.monoAt < Infinity ? Math.max(0, Math.round(timeStamp) - timer.monoAt) : 0

  const toNext = (type: SignalType, at: number, more?: Partial<Signal>) =>
    takeSignal(timer.leg, { type, at, ...more }, toTerms())

  const tell = (presence: Presence, reason = REASONS[presence]) => {
    if (told !== (told = `${presence} ${reason}`)) onPresence(presence, reason)
  }

  const timer: Timer = {
    leg: openLeg(!document.hidden),
    monoAt: Infinity,
    wallAt: 0,
    begin(at) {
      interactionAt = timer.monoAt = Math.round(at)
      timer.wallAt = clock.wall() - toAt(clock.mono())
      timer.hear(document.visibilityState, timer.monoAt)
    },
    hear(type, timeStamp = clock.mono(), flag) {
      if (stopped) return
      const { length } = timer.leg.spans
      // Alone, before a sleep that the wall clock may tell of.
      if (pendingAt) timer.leg = toNext('interaction', toAt((interactionAt = pendingAt)))
      pendingAt = 0
      const at = toAt(timeStamp)
      // The same instant by the wall clock.
      const wall = at + clock.wall() - timer.wallAt - toAt(clock.mono())
      timer.leg = toNext(type, at, { ...(timer.wallAt && { wall }), ...(flag && { flag }) })
      for (const [passing, , , , , reason] of timer.leg.spans.slice(length)) tell(passing, reason)
      // As it is by now: the host may have paused when it heard.
      const { presence, flag: said } = timer.leg.presence
      tell(presence, presence === 'flag' ? said[1] : undefined)
    },
    interact(timeStamp) {
      const isQuick = timeStamp - interactionAt < INTERACTION_GRAIN_MS
      if (isQuick && timer.leg.presence.presence === 'active') pendingAt = timeStamp
      else timer.hear('interaction', (interactionAt = timeStamp))
    },
    toNow: () => (stopped ? timer.leg : toNext('tick', toAt(clock.mono()))),
    stop() {
      stopped = true
    },
  }
  return timer
}
