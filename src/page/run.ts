/**
 * One run in one page: the open leg, fed with signals and kept in the outbox every 800 ms. The time it shows is the
 * page's own measure; the relay measures again for the record.
 */
import type { Activity } from '../contract/activity.ts'
import type { FlagMetric } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Result } from '../contract/result.ts'
import { claimPaper, explainLeg, toActiveMs } from '../core/leg.ts'
import type { Piece } from '../core/measure.ts'
import type { SignalType } from '../core/presence.ts'
import { checkFlag, checkResult } from './check.ts'
import { StintError } from './error.ts'
import type { Saved } from './outbox.ts'
import type { Page } from './page.ts'
import { watchActivation } from './lifecycle.ts'
import { listen } from './listen.ts'
import { createLegWriter, type LegWriter } from './leg-writer.ts'
import { toSeen, type RunSnapshot } from './run-snapshot.ts'
import { forgetTabRun } from './tab-run.ts'
import { createTimer } from './timer.ts'
import { watchLearner, type Watch } from './watch.ts'

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

/** The run as its stint drives it. */
export interface RunShell extends Run {
  /** When this page's leg of it began, in epoch ms; 0 before that. */
  readonly legAt: number
  /** Whose it was when this tab kept it, if it goes on with such a one. */
  readonly keptFor: string | undefined
  /** Brings the run up to now and writes what is not written yet. */
  tick(): void
  /** What this tab had kept of it was somebody else's: what this page saw is a run of its own, with this id. */
  detach(to: string): void
  /** Tells the time up to an instant on the monotonic clock, where another run takes over, and leaves this one open. */
  endAt(at: number): void
  /** Its learner is not here any more: tells the time so far, and takes no result that comes later. */
  leave(): void
  snapshot(): RunSnapshot
  /** A receipt came. Returns the active ms that it is the first to acknowledge. */
  onReceipt(verdicts: readonly Verdict[]): number
}

/** Fine enough to tell within a quarter of a second when a machine fell asleep whose clocks ran on. */
const TICK_MS = 200

/** What is seen is written so often: the write too must come before a crash could cost a second. */
export const WRITE_MS = 800

/** What is seen is shown so often: people read it in seconds. */
const SHOW_MS = 1_000

/** `end` waits so long for the relay before it settles for this device. */
const RECEIPT_PATIENCE_MS = 3_000

/**
 * Starts timing at an instant on the monotonic clock, and goes on from what this tab knew of the run before a reload.
 * What takes a page some ms (its storages, a look around) is put off to the next task, as no event comes before that;
 * whoever asks the run for something sooner gets it at once.
 */
export function createRun(
  page: Page,
  activity: Activity,
  givenId: string | undefined,
  startAt: number,
): RunShell {
  const { clock, outbox } = page
  const toTerms = () => page.terms(activity)
  let writtenAt = 0
  let shownAt = startAt
  let acknowledgedMs = 0
  let isContinued = false
  let isRefused = false
  let isEnded = false
  let given: Result | null = null
  let closing: Promise<Ended> | undefined
  let completing: Promise<Ended> | undefined
  let opened: { writer: LegWriter; watch: Watch; stop: () => void } | undefined

  const timer = createTimer(clock, toTerms, (presence, reason) => {
    page.publish()
    page.tell('onPresence', presence, reason)
  })

  const continued = () => {
    isContinued = true
    page.publish()
  }

  const open = () => {
    if (opened) return opened
    const writer = createLegWriter(page, activity, timer, givenId, continued)
    const watch = watchLearner(timer.interact, hear, page.frames)
    const interval = setInterval(look, TICK_MS)
    const stops = [
      () => clearInterval(interval),
      watch.stop,
      // Another page of this tab may have gone on with the run while this one was kept for the way back.
      listen('pageshow', writer.recall),
    ]
    opened = { writer, watch, stop: () => stops.forEach((stop) => stop()) }
    // Last of all: it may begin at once, and whoever hears of that may ask for the run.
    stops.push(watchActivation(startAt, (at) => begin(at ?? clock.mono())))
    return opened
  }

  const begin = (at: number) => {
    timer.begin(at)
    open().writer.recall()
    keep()
    void page.flush()
  }

  /** Writes what was seen. What only a crash or a reload would want may cost a browser more than that: it has its own task. */
  const keep = (isGoing = document.hidden) => {
    if (timer.monoAt === Infinity) return
    const { writer } = open()
    const prepare = () => {
      if (!isEnded) writer.keepTab()
      void page.arm()
    }
    writtenAt = clock.mono()
    void writer.write(writer.takeRows())
    if (isGoing) prepare()
    else setTimeout(prepare)
  }

  const isLeft = () => timer.leg.presence.presence === 'left'

  /** Brings the leg up to now. While the learner is gone, there is nothing to write or to show. */
  const look = () => {
    const wasLeft = isLeft()
    open().watch.look()
    timer.hear('tick')
    // Of the ticks around an instant, the nearest: one that comes a moment too early must not put it off to the next.
    const soon = clock.mono() + TICK_MS / 2
    // What led to it is written at once: who knows whether somebody comes back.
    if (isLeft() ? !wasLeft : soon - writtenAt >= WRITE_MS) keep()
    if (isLeft() || soon - shownAt < SHOW_MS) return
    shownAt = clock.mono()
    page.publish()
  }

  const tick = (isGoing?: boolean) => {
    open()
    timer.hear('tick')
    keep(isGoing)
    page.publish()
  }

  const hear = (type: SignalType, timeStamp?: number) => {
    timer.hear(type, timeStamp)
    if (type !== 'hidden') return
    // It may be the last that this page hears.
    tick(true)
    void page.flushOut()
  }

  const finish = async (result?: Result, at = clock.mono()): Promise<Ended> => {
    const { writer, stop } = open()
    if (timer.monoAt === Infinity) begin(at)
    timer.hear('tick', at)
    isEnded = true
    timer.stop()
    stop()
    const rows = writer.takeRows()
    writer.keepTab()
    if (result) {
      given = result
      rows.push(writer.toEndRow(result))
      forgetTabRun(activity)
    }
    const writing = writer.write(rows)
    void page.arm()
    const sending = page.flushOut()
    page.publish()
    // The storage may hang as well.
    const patience = new Promise<Saved>((resolve) =>
      setTimeout(resolve, RECEIPT_PATIENCE_MS, 'memory'),
    )
    await Promise.race([sending, patience])
    const saved = await Promise.race([writing, patience])
    // What was refused, or came after another copy, has left the outbox too, but the relay has not got it.
    const isMissing = isRefused || outbox.own().some((row) => rows.includes(row))
    return { saved: isMissing || !page.isCounting() ? saved : 'relay' }
  }

  const toElapsedMs = (activeMs: number) => activeMs - open().writer.earlierMs - acknowledgedMs

  // A hidden page's timers are late, and nobody waits for it.
  if (document.hidden) open()
  else setTimeout(open)

  return {
    id: activity.id,
    get runId() {
      return open().writer.runId
    },
    get startedAt() {
      return new Date(open().writer.startedAt)
    },
    get legAt() {
      return timer.wallAt
    },
    get keptFor() {
      return open().writer.keptFor
    },
    get isPaused() {
      return timer.leg.presence.paused
    },
    get isEnded() {
      return isEnded
    },
    get totalActiveMs() {
      open()
      return timer.toNow().totals.active
    },
    get elapsedMs() {
      open()
      return toElapsedMs(timer.toNow().totals.active)
    },
    pause() {
      open()
      timer.hear('pause')
      page.tell('onPause')
    },
    resume() {
      timer.hear('resume')
      page.tell('onResume')
    },
    flag(metric, reason) {
      open()
      timer.hear('flag', undefined, checkFlag(metric, reason))
    },
    unflag() {
      timer.hear('unflag')
    },
    claim() {
      if (isEnded) return false
      open()
      timer.hear('tick')
      const { leg } = timer
      timer.leg = claimPaper(leg, toTerms())
      const isNew = timer.leg !== leg
      if (isNew) tick()
      return isNew
    },
    spans() {
      open()
      return explainLeg(timer.toNow(), toTerms(), timer.wallAt)
    },
    async end(result) {
      if (!result) return completing ?? (closing ??= finish())
      const checked = checkResult(result)
      if (!(checked instanceof StintError)) return (completing ??= finish(checked))
      page.onError(checked)
      return { saved: 'memory', error: checked }
    },
    tick,
    detach(to) {
      const { writer } = open()
      writer.detach(to)
      isContinued = false
      if (!isEnded) keep()
      else if (!given) writer.keepTab()
    },
    endAt(at) {
      closing ??= finish(undefined, at)
    },
    leave() {
      completing ??= finish()
    },
    snapshot() {
      const { runId, startedAt } = open().writer
      const seen = toSeen(timer.leg, toTerms(), timer.wallAt)
      return {
        ...seen,
        ...(isEnded && { idleAt: null, claimableMs: 0 }),
        runId,
        activity,
        startedAt,
        isContinued,
        isEnded,
        result: given,
        elapsedMs: toElapsedMs(seen.totals.active),
      }
    },
    onReceipt(verdicts) {
      const { runId, legId } = open().writer
      const own = verdicts.filter(({ id }) => id.startsWith(`${runId}/`))
      isRefused ||= own.some((verdict) => 'code' in verdict)
      if (own.some((verdict) => 'continues' in verdict)) continued()
      const beforeMs = acknowledgedMs
      for (const verdict of own) {
        // Another leg's says nothing of the time that this page saw.
        if (!('reach' in verdict && verdict.id.startsWith(`${runId}/${legId}/`))) continue
        acknowledgedMs = Math.max(acknowledgedMs, toActiveMs(timer.leg, verdict.reach))
      }
      return acknowledgedMs - beforeMs
    },
  }
}
