import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toOwned, withoutTold, type Claim } from '../../src/core/owner.ts'
import type { Presence } from '../../src/contract/entry.ts'
import type { Metric } from '../../src/core/measure.ts'
import { RUNS } from './signals.ts'

type Stretch = Pick<Claim, 'from' | 'to'>

type Said = [presence: Presence, metric: Metric]

/** From the best claim to the weakest; those of one row are equals. */
const ORDER: Said[][] = [
  [['active', 'active']],
  [
    ['flag', 'waste'],
    ['flag', 'anti-pattern'],
    ['flag', 'unknown'],
    ['idle', 'unknown'],
  ],
  [
    ['idle', 'inactive'],
    ['hidden', 'inactive'],
    ['paused', 'inactive'],
  ],
  [
    ['idle', 'waste'],
    ['hidden', 'waste'],
  ],
]
const toRank = (claim: Claim) =>
  ORDER.findIndex((equals) =>
    equals.some(([presence, metric]) => presence === claim.presence && metric === claim.metric),
  )

const toClaim = (changes: Partial<Claim>): Claim => ({
  runId: 'a',
  startedAt: 0,
  from: 0,
  to: 100,
  presence: 'active',
  metric: 'active',
  reason: undefined,
  ...changes,
})

/** Empty ones too: nothing may come of them. */
const claim: fc.Arbitrary<Claim> = fc
  .record({
    runId: fc.constantFrom('a', 'b', 'c'),
    startedAt: fc.nat(3),
    from: fc.nat(30),
    ms: fc.nat(15),
    what: fc.constantFrom(...ORDER.flat()),
    reason: fc.constantFrom(undefined, 'idle', 'paused'),
  })
  .map(({ ms, what: [presence, metric], ...rest }) => ({
    ...rest,
    presence,
    metric,
    to: rest.from + ms,
  }))

const claims = fc.array(claim, { maxLength: 10 })
const told = fc.array(
  fc.tuple(fc.nat(40), fc.nat(10)).map(([from, ms]) => ({ from, to: from + ms })),
  { maxLength: 6 },
)

const INSTANTS = Array.from({ length: 50 }, (_, at) => at)
const covers = ({ from, to }: Stretch, at: number) => from <= at && at < to

/** How often each millisecond is covered. */
const toCounts = (pieces: readonly Stretch[]) =>
  INSTANTS.map((at) => pieces.filter((piece) => covers(piece, at)).length)

/** What a claim is, but for when. */
const toFace = ({ runId, startedAt, metric, reason }: Claim) =>
  [runId, startedAt, metric, reason].join('|')

/** The claims that may own an instant: none is better than they are. */
function findBest(all: readonly Claim[], at: number): Claim[] {
  const here = all.filter((one) => covers(one, at))
  const rank = Math.min(...here.map(toRank))
  const ranked = here.filter((one) => toRank(one) === rank)
  const earliest = Math.min(...ranked.map(({ startedAt }) => startedAt))
  return ranked.filter(({ startedAt }) => startedAt === earliest)
}

describe('toOwned', () => {
  it('owns nothing of nothing', () => {
    expect(toOwned([])).toEqual([])
    expect(toOwned([toClaim({ to: 0 })])).toEqual([])
  })

  it('gives an idle tab nothing while another works, and the rest of its time back', () => {
    const work = toClaim({ runId: 'b', startedAt: 20, from: 20, to: 60 })
    const idle = toClaim({ metric: 'inactive', reason: 'idle' })
    expect(toOwned([idle, work])).toEqual([{ ...idle, to: 20 }, work, { ...idle, from: 60 }])
  })

  it.each<[better: Said, weaker: Said]>([
    [
      ['active', 'active'],
      ['flag', 'unknown'],
    ],
    [
      ['active', 'active'],
      ['flag', 'waste'],
    ],
    [
      ['flag', 'unknown'],
      ['idle', 'inactive'],
    ],
    [
      ['flag', 'anti-pattern'],
      ['paused', 'inactive'],
    ],
    [
      ['flag', 'waste'],
      ['hidden', 'inactive'],
    ],
    [
      ['idle', 'unknown'],
      ['hidden', 'inactive'],
    ],
    [
      ['idle', 'inactive'],
      ['hidden', 'waste'],
    ],
    [
      ['active', 'active'],
      ['idle', 'waste'],
    ],
  ])('prefers %s to %s, though the other started earlier', (better, weaker) => {
    const late = toClaim({ runId: 'b', presence: better[0], metric: better[1], startedAt: 9 })
    const early = toClaim({ presence: weaker[0], metric: weaker[1], startedAt: 0 })
    expect(toOwned([early, late])).toEqual([late])
    expect(toOwned([late, early])).toEqual([late])
  })

  it('settles a tie for the earlier start, not for the earlier claim', () => {
    const first = toClaim({ startedAt: 5, from: 50, to: 90 })
    const second = toClaim({ runId: 'b', startedAt: 6 })
    const owned = [{ ...second, to: 50 }, first, { ...second, from: 90 }]
    expect(toOwned([first, second])).toEqual(owned)
    expect(toOwned([second, first])).toEqual(owned)
  })

  it('joins neighbours of one owner, never those that differ or do not touch', () => {
    const pieces = [
      toClaim({ to: 10 }),
      toClaim({ from: 10, to: 20 }),
      toClaim({ from: 21, to: 30 }),
      toClaim({ from: 30, to: 40, metric: 'inactive', reason: 'idle' }),
      toClaim({ from: 40, to: 50, metric: 'inactive', reason: 'paused' }),
      toClaim({ from: 50, to: 60, metric: 'inactive', reason: 'paused', startedAt: 1 }),
      toClaim({ from: 60, to: 70, metric: 'inactive', reason: 'paused', startedAt: 1, runId: 'b' }),
    ]
    expect(toOwned(pieces.toReversed())).toEqual([{ ...pieces[0], to: 20 }, ...pieces.slice(2)])
  })

  it('does not change the claims it is given', () => {
    const given = [toClaim({ to: 10 }), toClaim({ from: 10 })]
    const before = structuredClone(given)
    toOwned(given)
    expect(given).toEqual(before)
  })

  it('gives each millisecond that is claimed to one of its best claims, and no other', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const owned = toOwned(all)
        const wrong = INSTANTS.filter((at) => {
          const owners = owned.filter((one) => covers(one, at)).map(toFace)
          const best = findBest(all, at).map(toFace)
          return best.length > 0
            ? owners.length !== 1 || !best.includes(owners[0]!)
            : owners.length > 0
        })
        expect(wrong).toEqual([])
      }),
      RUNS,
    )
  })

  it('tells it in the order of time, in the fewest pieces', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const owned = toOwned(all)
        const wrong = owned.filter((piece, index) => {
          const next = owned[index + 1]
          if (!next) return piece.from >= piece.to
          const isJoinable = next.from === piece.to && toFace(next) === toFace(piece)
          return piece.from >= piece.to || next.from < piece.to || isJoinable
        })
        expect(wrong).toEqual([])
      }),
      RUNS,
    )
  })

  it('changes nothing if it is asked again', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const owned = toOwned(all)
        expect(toOwned(owned)).toEqual(owned)
      }),
      RUNS,
    )
  })
})

describe('withoutTold', () => {
  it('takes a told stretch out of the middle, and keeps both ends as they were', () => {
    const whole = toClaim({ metric: 'waste', reason: 'idle' })
    expect(withoutTold([whole], [{ from: 30, to: 40 }])).toEqual([
      { ...whole, to: 30 },
      { ...whole, from: 40 },
    ])
  })

  it('leaves nothing of what was told whole, in one piece or in overlapping ones', () => {
    expect(withoutTold([toClaim({})], [{ from: 0, to: 100 }])).toEqual([])
    const twice = [
      { from: 20, to: 200 },
      { from: 0, to: 60 },
    ]
    expect(withoutTold([toClaim({})], twice)).toEqual([])
  })

  it('does not touch a claim that only meets what was told', () => {
    const meeting = [
      { from: -50, to: 0 },
      { from: 100, to: 150 },
    ]
    expect(withoutTold([toClaim({})], meeting)).toEqual([toClaim({})])
  })

  it('leaves of each claim exactly the milliseconds that were not told', () => {
    fc.assert(
      fc.property(claim, told, (one, stretches) => {
        const left = withoutTold([one], stretches)
        expect(left.every((piece) => toFace(piece) === toFace(one))).toBe(true)
        const isTold = (at: number) => stretches.some((stretch) => covers(stretch, at))
        const wanted = INSTANTS.map((at) => Number(covers(one, at) && !isTold(at)))
        expect(toCounts(left)).toEqual(wanted)
      }),
      RUNS,
    )
  })

  it('tells no millisecond twice over two settlements, and none is left out', () => {
    fc.assert(
      fc.property(claims, claims, (early, late) => {
        const first = toOwned(early)
        const second = toOwned(withoutTold([...early, ...late], first))
        const wanted = toCounts([...early, ...late]).map((count) => Math.min(count, 1))
        expect(toCounts([...first, ...second])).toEqual(wanted)
      }),
      RUNS,
    )
  })
})
