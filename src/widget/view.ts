/** What the widget shows at a moment: all that its parts are drawn from. */
import type { Run, Stretch } from '../page/run.ts'
import type { RunSnapshot } from '../page/run-snapshot.ts'
import type { Snapshot, Stint } from '../page/host.ts'
import { createActs, type Acts, type Opened } from './acting.ts'
import { createAsker, type Asking } from './asking.ts'
import { toHas, type Has, type WidgetOptions } from './options.ts'
import type { Speech } from './speech.ts'
import type { Word } from './strings.ts'
import { createReadToday } from './today.ts'

export interface View extends Speech, Opened {
  snapshot: Snapshot
  run: RunSnapshot
  has: Has
  /** Put by the host into its page, and so without a corner. */
  isPlaced: boolean
  /** Whether time counts for whoever is here. */
  counts: boolean
  /** Whether the time may be shown: that of an earlier page may be somebody else's until the relay has said who is here. */
  isShown: boolean
  state: Word
  note: Word
  asking: Asking | undefined
  todayMs: number | null
  /** The context was read anew since the run ended: it may tell of it. */
  isToldSince: boolean
  /** What this page saw, up to now. */
  spans: () => Stretch[]
  acts: Acts
}

/** Gives the view of the stint as it is now; nothing where there is no run to show. */
export type ReadView = (speech: Speech, isPlaced: boolean) => View | undefined

export function createReadView(
  stint: Stint,
  options: WidgetOptions,
  opened: Opened,
  draw: () => void,
): ReadView {
  const has = toHas(options)
  const asker = createAsker()
  const readToday = createReadToday()
  const acts = createActs(opened, { run: () => run, asker, draw })
  let run: Run | null = null
  let contextBefore = stint.context

  return (speech, isPlaced) => {
    const snapshot = stint.getSnapshot()
    const seen = snapshot.run
    if (!seen) return undefined
    run = stint.current ?? run
    if (!seen.isEnded) contextBefore = snapshot.context
    const counts = isCounting(snapshot)
    return {
      ...speech,
      ...opened,
      snapshot,
      run: seen,
      has,
      isPlaced,
      counts,
      isShown: counts && !(seen.isContinued && snapshot.learner === 'asking'),
      state: seen.isEnded ? 'ended' : seen.presence,
      note: toNote(snapshot),
      asking: counts ? asker.look(seen, Date.now()) : undefined,
      todayMs: readToday(snapshot),
      isToldSince: snapshot.context !== contextBefore,
      spans: () => (run?.runId === seen.runId ? run.spans() : []),
      acts,
    }
  }
}

/** What is to be seen of a view, so that nothing is drawn twice; collapsed that is little. */
export function toShown(view: View): string {
  const { run, look, state, note, asking, format, snapshot, isOpen, todayMs } = view
  const always = [look, state, note, asking, view.counts]
  if (look.isCollapsed) return JSON.stringify(always)
  return JSON.stringify([
    ...always,
    view.isShown && format.clock(run.totals.active),
    run.isPaused,
    isOpen && [view.isHelpOpen, format.clock(Date.now()), run.elapsedMs, run.claimableMs],
    snapshot.context,
    todayMs && Math.floor(todayMs / 60_000),
  ])
}

export const isCounting = ({ learner }: Snapshot) =>
  learner !== 'unknown' && learner !== 'not-enrolled'

/** What is saved and what waits, or why nothing is. */
export function toNote({ learner, context, sync }: Snapshot): Word {
  switch (learner) {
    case 'unknown':
      return 'unknown'
    case 'not-enrolled':
      return 'notEnrolled'
    case 'preview':
      return 'preview'
    case 'asking':
    case 'known':
      return context?.enrolled === false && context.ifNotEnrolled === 'hold' ? 'held' : sync
  }
}
