/** A timer, and two clocks that go only when a test says so. */
import { DEFAULT_POLICY, toTerms, type Terms } from '../../src/core/policy.ts'
import { createTimer } from '../../src/page/timer.ts'
import { ACTIVITY } from './tab.ts'

export const TERMS = toTerms({ policy: DEFAULT_POLICY, allowances: [] }, ACTIVITY)
export const MONO_AT = 5_000
export const WALL_AT = 1_769_508_000_000

/** A timer on clocks that stand still; nobody ticks but the test. */
export function create(terms: Terms = TERMS) {
  const now = { mono: MONO_AT, wall: WALL_AT }
  const told: string[] = []
  const timer = createTimer(
    { mono: () => now.mono, wall: () => now.wall },
    () => terms,
    (presence, reason) => told.push(reason ? `${presence}: ${reason}` : presence),
  )
  const pass = (ms: number) => {
    now.mono += ms
    now.wall += ms
  }
  return {
    timer,
    now,
    told,
    spans: () => timer.leg.spans,
    pass,
    /** A page that runs: it ticks every 250 ms. */
    run(ms: number) {
      for (let left = ms; left > 0; left -= 250) {
        pass(Math.min(left, 250))
        timer.hear('tick')
      }
    },
    /** The machine sleeps, on a system whose monotonic clock stands still meanwhile. */
    sleep: (ms: number) => void (now.wall += ms),
  }
}

export function begin(terms?: Terms) {
  const world = create(terms)
  world.timer.begin(MONO_AT)
  return world
}
