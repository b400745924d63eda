/** The panels' words for time: clocks, and why a stretch counts as what it does. */
import type { Metric, Presence, Totals } from '../../src/index.ts'
import type { Outcome } from '../../src/relay/relay.ts'

/** A stretch of time, as the page or the relay explains it. */
export interface Explained {
  from: number
  to: number
  presence: Presence
  metric?: Metric | null | undefined
  reason?: string | null | undefined
  outcome?: Outcome
}

export type Kind = keyof Totals

export const KINDS: readonly [Kind, string][] = [
  ['active', 'Active'],
  ['inactive', 'Inactive'],
  ['waste', 'Waste'],
  ['unknown', 'Unknown'],
  ['uncounted', 'Not counted'],
]

export const toKind = ({ metric }: Explained): Kind => metric ?? 'uncounted'

/** `4:07`, or `1:04:07` past an hour. */
export function toClock(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const rest = String(s).padStart(2, '0')
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${rest}` : `${m}:${rest}`
}

/** `4.2 s` */
export const toSeconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

/** `4 s`, rounded up: a countdown is over when it says nothing more. */
export const toCountdown = (ms: number) => `${Math.ceil(ms / 1_000)} s`

/** `14:03:27`, in whatever way is usual here. */
export const toTime = (at: number | string) =>
  new Date(at).toLocaleTimeString(undefined, { timeStyle: 'medium' })

/** Why a stretch is what it is, as one would say it to who asks. */
export function toWhy(stretch: Explained, idleAfterMs: number): string {
  const { presence, metric, reason } = stretch
  const isTooLong = metric === 'waste'
  if (reason === 'on-paper') return 'the learner says: on paper'
  if (reason === 'left') return 'nobody for too long: the learner has left'
  switch (presence) {
    case 'active':
      return `a touch, key or scroll within ${toCountdown(idleAfterMs)}`
    case 'idle':
      return isTooLong
        ? 'nothing heard, and for too long'
        : `nothing heard for ${toCountdown(idleAfterMs)}`
    case 'hidden':
      return isTooLong ? 'another tab in front, and for too long' : 'another tab in front'
    case 'paused':
      return 'paused by the learner'
    case 'suspended':
      return 'the machine slept'
    case 'left':
      return 'nobody for too long: the learner has left'
    case 'flag':
      return `flagged by the page${reason ? `: ${reason}` : ''}`
  }
}

/** What became of a stretch at the relay. */
export const OUTCOMES: Record<Outcome, string> = {
  told: 'told',
  waiting: 'told at the end',
  elsewhere: 'another run has it',
  late: 'came too late',
  outside: 'outside the sitting',
  uncounted: 'not told',
}

/** The kinds that there are, longest words last: `active 0:42, inactive 0:05`. */
export function toSplit(totals: Totals): string {
  const named: [Kind, string][] = [...KINDS, ['anti-pattern', 'Anti-pattern']]
  const there = named.filter(([kind]) => totals[kind] >= 1_000 || kind === 'active')
  return there.map(([kind, name]) => `${name.toLowerCase()} ${toClock(totals[kind])}`).join(', ')
}
