/**
 * One run in one page: the open leg, fed with signals and kept in the outbox each second. The time it shows is the
 * page's own measure; the relay measures again for the record.
 */
import type { Activity } from '../contract/activity.ts'
import type { EndEntry, Entry, FlagMetric, Presence } from '../contract/entry.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Result } from '../contract/result.ts'
import { toEndId, toSliceId, toStartId } from '../core/entry-id.ts'
import { claimPaper, explainLeg, learnRun, takeSlices, toReached } from '../core/leg.ts'
import type { Piece, Totals } from '../core/measure.ts'
import type { SignalType } from '../core/presence.ts'
import { toReach } from '../core/slices.ts'
import { checkFlag, checkResult } from './check.ts'
import type { StintError } from './error.ts'
import { mintId } from './mint-id.ts'
import type { Row, RunRow, Saved } from './outbox.ts'
import type { Page } from './page.ts'
import { watchActivation } from './lifecycle.ts'
import { listen } from './listen.ts'
import { forgetTabRun, keepTabRun, readTabRun } from './tab-run.ts'
import { createTimer } from './timer.ts'
import { watchLearner } from './watch.ts'

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
   * Says what the time from now on is taken for, until `unflag`: `'waste'`, `'anti-pattern'` or `'unknown'`, and why
   * (at most 24 letters, digits, spaces, dots, dashes), which becomes Timeback's `subType`. Throws `flag_invalid`.
   */
  flag(metric: FlagMetric, reason?: string): void
  unflag(): void
  /**
   * The learner's own word after an idle stretch: they worked on paper. The last one is then told as `unknown`,
   * `on-paper`. False if there is none, or nothing new to say of it.
   */
  claim(reason: 'on-paper'): boolean
  /** This page's timeline up to now, without a gap: what each stretch counts as and why. */
  spans(): Stretch[]
  /**
   * With a result, completes the run: once, the first call wins. Without, tells the time so far and leaves the run
   * open, so that `start` can go on with it. Never rejects; resolves after the relay's receipt, or after 3 s.
   * A result that cannot be right leaves the run as it was, and the error says why.
   */
  end(result?: Result): Promise<Ended>
}

/**
 * A stretch `[from, to)` in epoch ms of this page's clock, in one presence and of one kind. Without a metric it is not
 * counted; the reason says why it is what it is, where that needs saying.
 */
export type Stretch = Piece

/** What is to be seen of a run at a moment. */
export interface RunSnapshot {
  runId: string
  activity: Activity
  /** When the run began, as far as this tab knows: the times below add up to all that has passed since. */
  startedAt: number
  /** It began on another page, in another tab or on another device. */
  isContinued: boolean
  presence: Presence
  isPaused: boolean
  isEnded: boolean
  /** Ms of each kind, over all pages of the run. */
  totals: Totals
}

/** The run as its stint drives it. */
export interface RunShell extends Run {
  /** When this page's leg of it began, in epoch ms; 0 before that. */
  readonly legAt: number
  /** Brings the run up to now and writes what is not written yet. */
  tick(): void
  snapshot(): RunSnapshot
  /** A receipt came. Returns the active ms that were under way. */
  onReceipt(verdicts: readonly Verdict[]): number
}

/** Fine enough to tell within a quarter of a second when a machine fell asleep whose clocks ran on. */
const TICK_MS = 200

/** What is seen is written and shown so often. */
const WRITE_MS = 1_000

/** `end` waits so long for the relay before it settles for this device. */
const RECEIPT_PATIENCE_MS = 3_000

const v = CONTRACT_VERSION

/** Starts timing at an instant on the monotonic clock, and goes on from what this tab knew of the run before a reload. */
export function createRun(
  page: Page,
  activity: Activity,
  runId: string,
  startAt: number,
): RunShell {
  const { clock, outbox } = page
  const toTerms = () => page.terms(activity)
  const legId = mintId()
  let legs: RunRow['legs'] | undefined
  let writtenAt = 0
  let acknowledgedMs = 0
  let isContinued = false
  /** When earlier pages began the run, as far as this one has heard. */
  let knownAt = Infinity
  let isRefused = false
  let ended = false
  let closing: Promise<Ended> | undefined
  let completing: Promise<Ended> | undefined

  const timer = createTimer(clock, toTerms, (presence, reason) => {
    page.publish()
    page.tell('onPresence', presence, reason)
  })

  const toStartedAt = () => Math.min(knownAt, timer.wallAt)

  const toRow = (entry: Entry, reach = 0): Row => ({ entry, reach, grantId: page.grantId() })

  /** Everything up to the first `await` is done at once: the page may be on its way out. */
  const write = async (rows: Row[]): Promise<Saved> => {
    if (!page.isCounting()) {
      // Should somebody sign in later, the relay needs to hear of the leg.
      legs = undefined
      return 'memory'
    }
    const { totals } = timer.leg
    const row = {
      totals,
      startedAt: toStartedAt(),
      legs: { ...legs, [legId]: toReached(timer.leg) },
    }
    const { saved, run } = await outbox.write(rows, runId, row)
    if (!legs && Object.keys(run.legs).length > 1) learn(run)
    legs = run.legs
    return saved
  }

  /** Other pages may know more of the run; what this tab remembered may be younger, as it was kept synchronously. */
  const learn = (run: Pick<RunRow, 'totals' | 'startedAt'>) => {
    const { leg } = timer
    knownAt = Math.min(knownAt, run.startedAt)
    timer.leg = learnRun(leg, run.totals, timer.wallAt + leg.presence.toldTo - toStartedAt())
    acknowledgedMs += timer.leg.totals.active - leg.totals.active
    continued()
  }

  const continued = () => {
    isContinued = true
    page.publish()
  }

  const takeRows = () => {
    const [next, slices] = takeSlices(timer.leg)
    timer.leg = next
    keepTabRun(activity, { runId, totals: next.totals, startedAt: toStartedAt() })
    const rows = slices.map(({ n, ...slice }) =>
      toRow({ v, type: 'slice', id: toSliceId(runId, legId, n), ...slice }, toReach(slice)),
    )
    const { monoAt, wallAt } = timer
    const id = toStartId(runId, legId)
    return legs ? rows : [toRow({ v, type: 'start', id, activity, wallAt, monoAt }), ...rows]
  }

  const toEnd = (result: Result): EndEntry => ({
    v,
    type: 'end',
    id: toEndId(runId),
    legId,
    at: timer.leg.presence.toldTo,
    result,
    legs: { ...legs, [legId]: toReached(timer.leg) },
  })

  const keep = () => {
    if (timer.monoAt === Infinity) return
    writtenAt = clock.mono()
    void write(takeRows())
    page.publish()
  }

  const isLeft = () => timer.leg.presence.presence === 'left'

  /** Brings the leg up to now. While the learner is gone, there is nothing to write or to show. */
  const look = () => {
    const wasLeft = isLeft()
    watch.look()
    timer.hear('tick')
    // What led to it is written at once: who knows whether somebody comes back.
    if (isLeft() ? !wasLeft : clock.mono() - writtenAt >= WRITE_MS) keep()
  }

  const tick = () => {
    timer.hear('tick')
    keep()
  }

  const begin = (at: number) => {
    timer.begin(at)
    // A page that was prerendered finds here what the one before it had come to by then.
    const run = readTabRun(activity)
    if (run?.runId === runId) learn(run)
    keep()
  }

  const finish = async (result?: Result): Promise<Ended> => {
    if (timer.monoAt === Infinity) begin(clock.mono())
    timer.hear('tick')
    ended = true
    timer.stop()
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

  const hear = (type: SignalType, timeStamp?: number) => {
    timer.hear(type, timeStamp)
    if (type !== 'hidden') return
    // It may be the last that this page hears.
    tick()
    void page.flushOut()
  }

  const watch = watchLearner(timer.interact, hear, page.frames)
  const interval = setInterval(look, TICK_MS)
  const stops = [
    () => clearInterval(interval),
    watch.stop,
    // Another page of this tab may have gone on with the run while this one was kept for the way back.
    listen('pageshow', () => {
      const run = readTabRun(activity)
      if (run?.runId === runId && run.totals.active > timer.leg.totals.active) learn(run)
    }),
    watchActivation(startAt, (at) => {
      begin(at ?? clock.mono())
      void page.flushOut()
    }),
  ]

  return {
    id: activity.id,
    runId,
    get startedAt() {
      return new Date(toStartedAt())
    },
    get legAt() {
      return timer.wallAt
    },
    get isPaused() {
      return timer.leg.presence.paused
    },
    get isEnded() {
      return ended
    },
    get totalActiveMs() {
      return timer.toNow().totals.active
    },
    get elapsedMs() {
      return timer.toNow().totals.active - acknowledgedMs
    },
    pause() {
      timer.hear('pause')
      page.tell('onPause')
    },
    resume() {
      timer.hear('resume')
      page.tell('onResume')
    },
    flag(metric, reason) {
      timer.hear('flag', undefined, checkFlag(metric, reason))
    },
    unflag() {
      timer.hear('unflag')
    },
    claim() {
      if (ended) return false
      timer.hear('tick')
      const { leg } = timer
      timer.leg = claimPaper(leg, toTerms())
      const isNew = timer.leg !== leg
      if (isNew) keep()
      return isNew
    },
    spans: () => explainLeg(timer.toNow(), toTerms(), timer.wallAt),
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
      startedAt: toStartedAt(),
      isContinued,
      presence: timer.leg.presence.presence,
      isPaused: timer.leg.presence.paused,
      isEnded: ended,
      totals: timer.leg.totals,
    }),
    onReceipt(verdicts) {
      const own = verdicts.filter(({ id }) => id.startsWith(`${runId}/`))
      isRefused ||= own.some(({ verdict }) => verdict === 'refused')
      if (own.some((verdict) => 'continues' in verdict)) continued()
      const elapsedMs = timer.leg.totals.active - acknowledgedMs
      acknowledgedMs += elapsedMs
      return elapsedMs
    },
  }
}
