/** A run as the ledger reads it back, without a storage, and what its claims come to. */
import { NO_TIME, type Totals } from '../../src/core/measure.ts'
import { toDisjoint, type Claim } from '../../src/core/owner.ts'
import type { Slice } from '../../src/core/slices.ts'
import type { KnownRun } from '../../src/relay/ledger.ts'
import { FRACTIONS, HOUR, MONDAY, toStart } from './entries.ts'

/** A run of one leg as the ledger reads it back. */
export const toKnownRun = (slices: readonly Slice[]): KnownRun => ({
  row: {
    learner: 'ada',
    run_id: 'r',
    activity: JSON.stringify(FRACTIONS),
    preview: 0,
    first_at: MONDAY,
    last_at: MONDAY,
    end: null,
    end_received_at: null,
    recorded: null,
    completed: 0,
    due_at: null,
    prune_from: null,
    pruned_active_ms: 0,
  },
  activity: FRACTIONS,
  end: undefined,
  recorded: undefined,
  legs: [
    {
      legId: 'a',
      start: toStart('r/a', MONDAY),
      offsetMs: 0,
      earlier: [],
      missing: [],
      onPaper: toDisjoint(
        slices.flatMap(({ onPaper = [] }) => onPaper.map(([from, to]) => ({ from, to }))),
      ),
      slices: slices.map(({ n, spans }) => ({
        learner: 'ada',
        run_id: 'r',
        leg_id: 'a',
        n,
        reach: spans.at(-1)![2],
        told_reach: 0,
        spans: JSON.stringify(spans),
        on_paper: null,
        received_at: MONDAY + 100 * HOUR,
        opens_at: MONDAY,
        closes_at: MONDAY + 100 * HOUR,
      })),
    },
  ],
})

export function toSums(claims: readonly Claim[]): Totals {
  const totals = { ...NO_TIME }
  for (const { from, to, metric } of claims) totals[metric] += to - from
  return totals
}
