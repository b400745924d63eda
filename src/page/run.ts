/**
 * One run in one page: the open leg, fed with signals and kept in the outbox each second. The time it shows is the
 * page's own measure; the relay measures again for the record.
 */
import type { Activity } from '../contract/activity.ts'
import type { EndEntry, Entry, Presence } from '../contract/entry.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Result } from '../contract/result.ts'
import { toEndId, toSliceId, toStartId } from '../core/entry-id.ts'
import { openLeg, takeSignal, takeSlices } from '../core/leg.ts'
import type { Totals } from '../core/measure.ts'
import type { Signal } from '../core/presence.ts'
import { toReach } from '../core/slices.ts'
import { checkResult } from './check.ts'
import type { StintError } from './error.ts'
import { mintId } from './mint-id.ts'
import type { Row, RunRow, Saved } from './outbox.ts'
import type { Page } from './page.ts'
import { watchInteraction } from './interaction.ts'
import { watchLeaving } from './lifecycle.ts'
import { forgetTabRun, keepTabRun } from './tab-run.ts'
import { watchVisibility } from './visibility.ts'

/** How far a run got when `end` resolved: into the relay's hands, onto this device, or only into this page's memory. */
export interface Ended {
  saved: 'relay' | Saved
  error?: StintError
}

/** What a host can do with a run; familiar from `timeback.activity`. */
export interface Run {
  /** The activity's id. */
  readonly id: string
  /** Names this go at the activity; pass it to `start` to go on with it elsewhere. */
  readonly runId: string
  readonly startedAt: Date
  readonly isPaused: boolean
  readonly isEnded: boolean
  /** Active ms of the run so far, over all its pages as far as this one knows. */
  readonly totalActiveMs: number
  /** Active ms of this page that the relay has not acknowledged yet. */
  readonly elapsedMs: number
  pause(): void
  resume(): void
  /**
   * With a result, completes the run: once, the first call wins. Without, tells the time so far and leaves the run
   * open, so that `start` can go on with it. Never rejects; resolves after the relay's receipt, or after 3 s.
   * A result that cannot be right leaves the run as it was, and the error says why.
   */
  end(result?: Result): Promise<Ended>
}

/** What is to be seen of a run at a moment. */
export interface RunSnapshot {
  runId: string
  activity: Activity
  startedAt: number
  presence: Presence
  isPaused: boolean
  isEnded: boolean
  /** Ms of each kind, over all pages of the run. */
  totals: Totals
}

/** The run as its stint drives it. */
export interface RunShell extends Run {
  /** Brings the run up to now and writes what is not written yet. */
  tick(): void
  snapshot(): RunSnapshot
  /** A receipt came. Returns the active ms that were under way. */
  onReceipt(verdicts: readonly Verdict[]): number
}

const TICK_MS = 1_000

/** `end` waits so long for the relay before it settles for this device. */
const RECEIPT_PATIENCE_MS = 3_000

/** While active, interactions closer together than this change nothing that could be seen. */
const INTERACTION_GRAIN_MS = 1_000

const v = CONTRACT_VERSION

/** Starts timing. `before` is what this tab knew of the run before a reload. */
export function createRun(
  page: Page,
  activity: Activity,
  runId: string,
  before?: Totals,
): RunShell {
  const { clock, outbox, terms } = page
  const legId = mintId()
  const monoAt = Math.round(clock.mono())
  const wallAt = clock.wall()
  let leg = openLeg(!document.hidden, before)
  let legs: RunRow['legs'] | undefined
  let interactionAt = monoAt
  /** The last interaction that the leg has not heard of; 0 for none. */
  let pendingAt = 0
  let acknowledgedMs = leg.totals.active
  let isRefused = false
  let ended = false
  let closing: Promise<Ended> | undefined
  let completing: Promise<Ended> | undefined

  const toNext = (type: Signal['type'], timeStamp: number) => {
    const at = Math.max(0, Math.round(timeStamp) - monoAt)
    return takeSignal(leg, { type, at }, terms(), terms().policy)
  }

  const take = (type: Signal['type'], timeStamp = clock.mono()) => {
    if (ended) return
    const { presence } = leg
    if (pendingAt) leg = toNext('interaction', pendingAt)
    pendingAt = 0
    leg = toNext(type, timeStamp)
    if (type === 'tick' || leg.presence.presence !== presence.presence) page.publish()
  }

  const interact = (timeStamp: number) => {
    const isQuick = timeStamp - interactionAt < INTERACTION_GRAIN_MS
    if (isQuick && leg.presence.presence === 'active') pendingAt = timeStamp
    else take('interaction', (interactionAt = timeStamp))
  }

  /** The time up to this instant, without telling the leg: reading must not write. */
  const toActiveMs = () => (ended ? leg : toNext('tick', clock.mono())).totals.active

  const toRow = (entry: Entry, reach = 0): Row => ({ entry, reach, grantId: terms().id })

  /** Everything up to the first `await` is done at once: the page may be on its way out. */
  const write = async (rows: Row[]): Promise<Saved> => {
    if (!page.isCounting()) {
      // Should somebody sign in later, the relay needs to hear of the leg.
      legs = undefined
      return 'memory'
    }
    const row = { totals: leg.totals, legs: { ...legs, [legId]: toReached() } }
    const { saved, run } = await outbox.write(rows, runId, row)
    // Other pages may know more of the run; what this tab remembered may be younger, as it was kept synchronously.
    if (!legs && run.totals.active > leg.totals.active) {
      leg = { ...leg, totals: run.totals }
      acknowledgedMs = leg.totals.active
    }
    legs = run.legs
    return saved
  }

  const toReached = () => {
    const { n, spans } = leg.slices.at(-1)!
    return { slices: n + (spans.length && 1), reach: leg.presence.toldTo }
  }

  const takeRows = () => {
    const [next, slices] = takeSlices(leg)
    leg = next
    keepTabRun(activity, { runId, totals: leg.totals })
    const rows = slices.map((slice) => {
      const { n, spans } = slice
      return toRow({ v, type: 'slice', id: toSliceId(runId, legId, n), spans }, toReach(slice))
    })
    const start = toStartId(runId, legId)
    return legs ? rows : [toRow({ v, type: 'start', id: start, activity, wallAt, monoAt }), ...rows]
  }

  const toEnd = (result: Result): EndEntry => ({
    v,
    type: 'end',
    id: toEndId(runId),
    legId,
    at: leg.presence.toldTo,
    result,
    legs: { ...legs, [legId]: toReached() },
  })

  const tick = () => {
    take('tick')
    void write(takeRows())
  }

  const finish = async (result?: Result): Promise<Ended> => {
    take('tick')
    ended = true
    for (const stop of stops) stop()
    const rows = takeRows()
    if (result) {
      rows.push(toRow(toEnd(result)))
      forgetTabRun(activity)
    }
    const writing = write(rows)
    const sending = page.flushOut()
    page.publish()
    // The storage may hang as well.
    const patience = new Promise<Saved>((resolve) =>
      setTimeout(resolve, RECEIPT_PATIENCE_MS, 'memory'),
    )
    await Promise.race([sending, patience])
    const saved = await Promise.race([writing, patience])
    // What was refused has left the outbox too, but the relay has not got it.
    const isMissing = isRefused || outbox.own().some((row) => rows.includes(row))
    return { saved: isMissing || !page.isCounting() ? saved : 'relay' }
  }

  const timer = setInterval(tick, TICK_MS)
  const stops = [
    () => clearInterval(timer),
    watchVisibility(take),
    watchInteraction(interact),
    watchLeaving(() => {
      tick()
      void page.flushOut()
    }),
  ]
  void write(takeRows())

  return {
    id: activity.id,
    runId,
    startedAt: new Date(wallAt),
    get isPaused() {
      return leg.presence.paused
    },
    get isEnded() {
      return ended
    },
    get totalActiveMs() {
      return toActiveMs()
    },
    get elapsedMs() {
      return toActiveMs() - acknowledgedMs
    },
    pause() {
      take('pause')
      page.tell('onPause')
    },
    resume() {
      take('resume')
      page.tell('onResume')
    },
    async end(result) {
      if (!result) return completing ?? (closing ??= finish())
      const error = checkResult(result)
      if (!error) return (completing ??= finish(result))
      page.onError(error)
      return { saved: 'memory', error }
    },
    tick,
    snapshot: () => ({
      runId,
      activity,
      startedAt: wallAt,
      presence: leg.presence.presence,
      isPaused: leg.presence.paused,
      isEnded: ended,
      totals: leg.totals,
    }),
    onReceipt(verdicts) {
      isRefused ||= verdicts.some(
        ({ id, verdict }) => verdict === 'refused' && id.startsWith(runId),
      )
      const elapsedMs = leg.totals.active - acknowledgedMs
      acknowledgedMs += elapsedMs
      return elapsedMs
    },
  }
}
