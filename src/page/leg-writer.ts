/**
 * The one writer of a leg: it turns the timer's open leg into entries, keeps them in the outbox and in what this tab
 * remembers of the run, and takes over what earlier pages of the run had come to.
 */
import type { Activity } from '../contract/activity.ts'
import type { Entry } from '../contract/entry.ts'
import { CONTRACT_VERSION } from '../contract/limits.ts'
import type { Result } from '../contract/result.ts'
import { toEndId, toSliceId, toStartId } from '../core/entry-id.ts'
import { forgetRun, learnRun, takeSlices, toReached } from '../core/leg.ts'
import { toReach } from '../core/slices.ts'
import { mintId } from './mint-id.ts'
import type { Row, RunRow, Saved } from './outbox.ts'
import type { Page } from './page.ts'
import { keepTabRun, readTabRun } from './tab-run.ts'
import type { Timer } from './timer.ts'

export interface LegWriter {
  readonly runId: string
  readonly legId: string
  /** Whose it was when this tab kept it, if it goes on with such a one. */
  readonly keptFor: string | undefined
  /** When the run began, as far as this page has heard, in epoch ms. */
  readonly startedAt: number
  /** Active ms that earlier pages had come to: they are not this page's to acknowledge. */
  readonly earlierMs: number
  /**
   * Takes over what this tab knows of the run, and finds out which it is, once it has begun; then also when another page
   * of the tab went on with it.
   */
  recall(): void
  /** What this tab had kept was somebody else's: what this page saw is a run of its own, with this id. */
  detach(to: string): void
  /** Has this tab remember how far the run is by now. */
  keepTab(): void
  /** The rows that are not written yet, and of which there is a longer copy now. */
  takeRows(): Row[]
  toEndRow(result: Result): Row
  /** Everything up to the first `await` is done at once: the page may be on its way out. */
  write(rows: Row[]): Promise<Saved>
}

const v = CONTRACT_VERSION

/** Without an id, it is this tab's open run of the activity, or a new one. `onContinued`: an earlier page had it. */
export function createLegWriter(
  { outbox, grantId, isCounting, learnerKey, isOurs }: Page,
  activity: Activity,
  timer: Timer,
  givenId: string | undefined,
  onContinued: () => void,
): LegWriter {
  const legId = mintId()
  let newId = givenId ?? mintId()
  let runId = newId
  let keptFor: string | undefined
  let legs: RunRow['legs'] | undefined
  let knownAt = Infinity
  let earlierMs = 0
  let isRecalled = false

  /** Which run it is, as this tab has it now. */
  const find = () => {
    const kept = readTabRun(activity)
    runId = givenId || !kept || !isOurs(kept.learnerKey) ? newId : kept.runId
    keptFor = kept?.runId === runId ? kept.learnerKey : undefined
    return kept
  }
  find()

  const toStartedAt = () => Math.min(knownAt, timer.wallAt)
  const toRow = (entry: Entry, reach = 0): Row => ({ entry, reach, grantId: grantId() })
  const toRun = () => ({ totals: timer.leg.totals, startedAt: toStartedAt() })
  const toLegs = () => ({ ...legs, [legId]: toReached(timer.leg) })

  /** Other pages may know more of the run; what this tab remembered may be younger, as it was kept synchronously. */
  const learn = (run: Pick<RunRow, 'totals' | 'startedAt'>) => {
    const { leg } = timer
    knownAt = Math.min(knownAt, run.startedAt)
    timer.leg = learnRun(leg, run.totals, timer.wallAt + leg.presence.toldTo - toStartedAt())
    earlierMs += timer.leg.totals.active - leg.totals.active
    onContinued()
  }

  return {
    legId,
    get runId() {
      return runId
    },
    get keptFor() {
      return keptFor
    },
    get startedAt() {
      return toStartedAt()
    },
    get earlierMs() {
      return earlierMs
    },
    recall() {
      if (timer.monoAt === Infinity) return
      // A page may be shown long after it was made, when this tab has another run, or none.
      const run = isRecalled ? readTabRun(activity) : find()
      if (run?.runId === runId && (!isRecalled || run.totals.active > timer.leg.totals.active))
        learn(run)
      isRecalled = true
    },
    detach(to) {
      outbox.rename(runId, to)
      runId = newId = to
      keptFor = legs = undefined
      knownAt = Infinity
      earlierMs = 0
      timer.leg = forgetRun(timer.leg)
    },
    keepTab() {
      keepTabRun(activity, { runId, ...toRun(), learnerKey: learnerKey() ?? keptFor })
    },
    takeRows() {
      const [next, slices] = takeSlices(timer.leg)
      timer.leg = next
      const rows = slices.map(({ n, ...slice }) =>
        toRow({ v, type: 'slice', id: toSliceId(runId, legId, n), ...slice }, toReach(slice)),
      )
      const { monoAt, wallAt } = timer
      const id = toStartId(runId, legId)
      return legs ? rows : [toRow({ v, type: 'start', id, activity, wallAt, monoAt }), ...rows]
    },
    toEndRow: (result) =>
      toRow({
        v,
        type: 'end',
        id: toEndId(runId),
        legId,
        at: timer.leg.presence.toldTo,
        result,
        legs: toLegs(),
      }),
    async write(rows) {
      if (!isCounting()) {
        // Should somebody sign in later, the relay needs to hear of the leg.
        legs = undefined
        return 'memory'
      }
      const row = { ...toRun(), legs: toLegs() }
      const id = runId
      const { saved, run } = await outbox.write(rows, id, row)
      // Meanwhile it may have turned out to be somebody else's.
      if (id !== runId) return saved
      if (!legs && Object.keys(run.legs).length > 1) learn(run)
      legs = run.legs
      return saved
    },
  }
}
