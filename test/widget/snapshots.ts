/** What a page's Stint may have to show, and the widget's view of it. */
import { vi } from 'vitest'
import type { Context } from '../../src/contract/context.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import type { RunSnapshot } from '../../src/page/run-snapshot.ts'
import type { Snapshot } from '../../src/page/host.ts'
import { createFormat } from '../../src/widget/format.ts'
import { toHas } from '../../src/widget/options.ts'
import { english } from '../../src/widget/strings.ts'
import type { Acts } from '../../src/widget/acting.ts'
import { isCounting, toNote, type View } from '../../src/widget/view.ts'

export const toRun = (run: Partial<RunSnapshot> = {}): RunSnapshot => ({
  runId: 'run-1',
  activity: { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 3 } },
  startedAt: 0,
  isContinued: false,
  presence: 'active',
  isPaused: false,
  isEnded: false,
  totals: { ...NO_TIME, active: 247_000 },
  elapsedMs: 0,
  idleAt: null,
  claimableMs: 0,
  result: null,
  ...run,
})

export const toSnapshot = (snapshot: Partial<Snapshot> = {}): Snapshot => ({
  run: toRun(),
  learner: 'known',
  context: null,
  unkept: { rows: 0, ms: 0 },
  lost: { rows: 0, ms: 0 },
  sync: 'saved',
  problem: null,
  ...snapshot,
})

export const toContext = (context: Partial<Context> = {}): Context => ({
  v: 1,
  asOf: 0,
  enrolled: true,
  ifNotEnrolled: 'hold',
  course: null,
  progress: null,
  today: null,
  week: null,
  goals: null,
  missing: [],
  ...context,
})

export const toActs = (): Acts => ({
  pause: vi.fn<() => void>(),
  resume: vi.fn<() => void>(),
  toggle: vi.fn<() => void>(),
  toggleHelp: vi.fn<() => void>(),
  collapse: vi.fn<() => void>(),
  expand: vi.fn<() => void>(),
  move: vi.fn<() => void>(),
  claim: vi.fn<() => void>(),
  answer: vi.fn<() => void>(),
})

/** The view of a snapshot, as the widget would have it if nothing else were said. */
export function toView(
  { run = {}, ...snapshot }: Partial<Omit<Snapshot, 'run'>> & { run?: Partial<RunSnapshot> } = {},
  view: Partial<View> = {},
): View {
  const seen = toRun(run)
  const whole = toSnapshot({ ...snapshot, run: seen })
  return {
    words: english,
    format: createFormat('en'),
    lang: 'en',
    dir: 'ltr',
    snapshot: whole,
    run: seen,
    has: toHas({}),
    look: { corner: 'bottom-end', isCollapsed: false },
    isPlaced: false,
    isOpen: false,
    isHelpOpen: false,
    counts: isCounting(whole),
    isShown: true,
    state: seen.isEnded ? 'ended' : seen.presence,
    note: toNote(whole),
    asking: undefined,
    todayMs: whole.context?.today?.activeMs ?? null,
    isToldSince: false,
    spans: () => [],
    acts: toActs(),
    ...view,
  }
}
