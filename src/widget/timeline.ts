/**
 * A run's stretches as a learner reads them: by kind, each with its reason. What is not counted keeps its own name
 * here, whatever kind it is told to Timeback as.
 */
import type { Stretch } from '../page/run.ts'
import type { Word } from './strings.ts'

export type Kind = 'active' | 'idle' | 'hidden' | 'paused' | 'onPaper' | 'uncounted'

/** One drawn piece, in ms from the timeline's begin. */
export interface Bar {
  kind: Kind
  from: number
  to: number
}

/** All time of one kind and for one reason. */
export interface Sum {
  kind: Kind
  /** Why it is not work; nothing needs saying of what is. */
  why: Word | undefined
  ms: number
}

const WHY: Record<string, Word> = {
  idle: 'whyIdle',
  hidden: 'whyHidden',
  paused: 'whyPaused',
  onPaper: 'whyOnPaper',
}

const WHY_NOT_COUNTED: Record<string, Word> = {
  idle: 'whyLongIdle',
  'tab-hidden': 'whyLongHidden',
  suspended: 'whySuspended',
  left: 'whyLeft',
}

function toKind({ presence, metric, reason }: Stretch): Kind {
  if (metric === 'active') return 'active'
  if (presence !== 'flag' && reason === 'on-paper') return 'onPaper'
  return metric === 'inactive' ? (presence as Kind) : 'uncounted'
}

function toWhy({ presence, reason = '' }: Stretch, kind: Kind): Word | undefined {
  if (kind !== 'uncounted') return WHY[kind]
  // The host's reason is for its own people.
  return presence === 'flag' ? 'whyFlag' : (WHY_NOT_COUNTED[reason] ?? 'whyFlag')
}

/** In order; those of one kind that touch are one. */
export function toBars(stretches: readonly Stretch[]): Bar[] {
  const start = stretches[0]?.from ?? 0
  const bars: Bar[] = []
  for (const stretch of stretches) {
    const kind = toKind(stretch)
    const [from, to] = [stretch.from - start, stretch.to - start]
    const last = bars.at(-1)
    if (last?.kind === kind) last.to = to
    else bars.push({ kind, from, to })
  }
  return bars
}

/** In the order in which they first came, work first. */
export function toSums(stretches: readonly Stretch[]): Sum[] {
  const sums = new Map<string, Sum>([['active', { kind: 'active', why: undefined, ms: 0 }]])
  for (const stretch of stretches) {
    const kind = toKind(stretch)
    const why = toWhy(stretch, kind)
    const key = why ?? kind
    const sum = sums.get(key) ?? { kind, why, ms: 0 }
    sum.ms += stretch.to - stretch.from
    sums.set(key, sum)
  }
  return [...sums.values()]
}
