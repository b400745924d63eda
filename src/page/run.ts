/**
 * One run in one page: the open leg, fed with signals and kept in the outbox each second. The time it shows is the
 * page's own measure; the relay measures again for the record.
 */
import type { Activity } from '../contract/activity.ts'
import type { EndEntry, Entry, Presence } from '../contract/entry.ts'
import type { Policy } from '../contract/grant.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import type { Result } from '../contract/result.ts'
import { toEndId, toSliceId, toStartId } from '../core/entry-id.ts'
import { openLeg, takeSignal, takeSlices } from '../core/leg.ts'
import { addTotals, NO_TIME, type Totals } from '../core/measure.ts'
import type { PresenceRules, Signal } from '../core/presence.ts'
import { toReach } from '../core/slices.ts'
import { checkResult } from './check.ts'
import type { Clock } from './clock.ts'
import type { StintError } from './error.ts'
import type { Outbox, Row, RunRow, Saved } from './outbox.ts'
import { forgetTabRun, keepTabRun } from './tab-run.ts'

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
  /** A signal from the browser, with its instant on the monotonic clock. */
  take(type: Signal['type'], timeStamp?: number): void
  interact(timeStamp: number): void
  /** Writes what is not written yet. Never rejects. */
  save(): Promise<unknown>
  snapshot(): RunSnapshot
  /** A receipt came: some of this run's rows may have arrived. Returns the active ms that were under way. */
  onReceipt(): number
}

export interface RunOptions {
  activity: Activity
  runId: string
  /** The time that this tab knew of before a reload. */
  before?: Totals | undefined
  clock: Clock
  outbox: Outbox
  grantId: () => string
  rules: () => PresenceRules
  policy: () => Policy
  /** False when the relay said that nobody is signed in: nothing is kept then. */
  isCounting: () => boolean
  onChange: () => void
  /** Time has stopped, and the last of it is ready to be sent. */
  onEnded: () => void
  onError: (error: StintError) => void
}

/** `end` waits so long for the relay before it settles for this device. */
const RECEIPT_PATIENCE_MS = 3_000

/** While active, interactions closer together than this change nothing that could be seen. */
const INTERACTION_GRAIN_MS = 1_000

const v = CONTRACT_VERSION

export function createRun(options: RunOptions): RunShell {
  const { activity, runId, clock, outbox } = options
  const legId = crypto.randomUUID()
  const monoAt = Math.round(clock.mono())
  const wallAt = Math.round(clock.wall())
  let leg = openLeg(!document.hidden)
  let others: RunRow['legs'] = {}
  let before = options.before ?? NO_TIME
  let interactionAt = monoAt
  let pendingAt: number | undefined
  let acknowledgedMs = 0
  let ended = false
  let closing: Promise<Ended> | undefined
  let completing: Promise<Ended> | undefined
  let onArrival = () => {}

  const toNext = (type: Signal['type'], timeStamp: number) =>
    takeSignal(
      leg,
      { type, at: Math.max(0, Math.round(timeStamp) - monoAt) },
      options.rules(),
      options.policy(),
    )

  const take = (type: Signal['type'], timeStamp = clock.mono()) => {
    if (ended) return
    const { presence } = leg.presence
    if (pendingAt) leg = toNext('interaction', pendingAt)
    pendingAt = undefined
    leg = toNext(type, timeStamp)
    if (type === 'tick' || leg.presence.presence !== presence) options.onChange()
  }

  /** The time up to this instant, without telling the leg: reading must not write. */
  const toActiveMs = () => (ended ? leg : toNext('tick', clock.mono())).totals.active

  const toTotals = () => addTotals(before, leg.totals)

  const toRow = (entry: Entry, reach = 0): Row => ({ entry, reach, grantId: options.grantId() })

  /** Everything up to the first `await` is done at once: the page may be on its way out. */
  const write = async (rows: Row[]): Promise<Saved> => {
    if (!options.isCounting()) return 'memory'
    const { saved, run } = await outbox.write(rows, {
      runId,
      activity,
      legs: { [legId]: toOwnLeg() },
    })
    const { [legId]: _, ...rest } = run.legs
    others = rest
    // What this tab remembered may be younger than what the outbox has: it was kept synchronously.
    const sum = Object.values(rest).reduce((total, { totals }) => addTotals(total, totals), NO_TIME)
    if (toWallMs(sum) > toWallMs(before)) before = sum
    return saved
  }

  const toOwnLeg = () => ({
    slices: leg.open.n + (leg.open.spans.length && 1),
    reach: leg.presence.toldTo,
    totals: leg.totals,
  })

  const takeRows = () => {
    const [next, slices] = takeSlices(leg)
    leg = next
    keepTabRun({ runId, activity, totals: toTotals() })
    return slices.map((slice) =>
      toRow(
        { v, type: 'slice', id: toSliceId(runId, legId, slice.n), spans: [...slice.spans] },
        toReach(slice),
      ),
    )
  }

  const toEnd = (result: Result): EndEntry => {
    const legs: EndEntry['legs'] = {}
    for (const [id, { slices, reach }] of Object.entries({ ...others, [legId]: toOwnLeg() })) {
      legs[id] = { slices, reach }
    }
    return { v, type: 'end', id: toEndId(runId), legId, at: leg.presence.toldTo, result, legs }
  }

  const finish = async (result?: Result): Promise<Ended> => {
    take('tick')
    ended = true
    const rows = takeRows()
    if (result) {
      rows.push(toRow(toEnd(result)))
      forgetTabRun()
    }
    const writing = write(rows)
    options.onEnded()
    const saved = await writing
    if (result) void outbox.forgetRun(runId)
    return { saved: options.isCounting() && (await hasArrived(rows)) ? 'relay' : saved }
  }

  const hasArrived = (rows: Row[]) =>
    new Promise<boolean>((resolve) => {
      const ids = new Set(rows.map(({ entry }) => entry.id))
      onArrival = () => outbox.own().some(({ entry }) => ids.has(entry.id)) || resolve(true)
      onArrival()
      setTimeout(resolve, RECEIPT_PATIENCE_MS, false)
    })

  void write([toRow({ v, type: 'start', id: toStartId(runId, legId), activity, wallAt, monoAt })])

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
      return before.active + toActiveMs()
    },
    get elapsedMs() {
      return toActiveMs() - acknowledgedMs
    },
    pause: () => take('pause'),
    resume: () => take('resume'),
    async end(result) {
      if (!result) return completing ?? (closing ??= finish())
      const error = checkResult(result)
      if (!error) return (completing ??= finish(result))
      options.onError(error)
      return { saved: 'memory', error }
    },
    take,
    interact(timeStamp) {
      const quick = timeStamp - interactionAt < INTERACTION_GRAIN_MS
      if (quick && leg.presence.presence === 'active') pendingAt = timeStamp
      else take('interaction', (interactionAt = timeStamp))
    },
    save: () => write(takeRows()),
    snapshot: () => ({
      runId,
      activity,
      startedAt: wallAt,
      presence: leg.presence.presence,
      isPaused: leg.presence.paused,
      isEnded: ended,
      totals: toTotals(),
    }),
    onReceipt() {
      onArrival()
      const elapsedMs = leg.totals.active - acknowledgedMs
      acknowledgedMs += elapsedMs
      return elapsedMs
    },
  }
}

const toWallMs = (totals: Totals) => Object.values(totals).reduce((sum, ms) => sum + ms, 0)
