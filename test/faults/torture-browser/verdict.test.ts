import { describe, expect, it } from 'vitest'
import type { Fact } from './recorder.ts'
import { toSummary } from './summary.ts'
import { isDoubled, isKeptLost, toPromised, type Judged } from './verdict.ts'
import { isMidWrite, toKeptMs, toSeen } from './watched-tab.ts'

const fact = (kind: 'start' | 'visible' | 'hidden' | 'put', at: number): Fact => ({ kind, at })
const kept = (at: number, reach: number): Fact => ({ kind: 'kept', at, reach })

describe('what a recorder told', () => {
  it('is time seen from the run’s start to its end, and none of what was hidden', () => {
    const facts = [
      fact('visible', 100),
      fact('start', 150),
      fact('hidden', 1_150),
      fact('visible', 2_000),
    ]
    expect(toSeen(facts, 2_500)).toEqual([
      { from: 150, to: 1_150 },
      { from: 2_000, to: 2_500 },
    ])
  })

  it('is on the disk as far as a transaction that is done reaches', () => {
    expect(toKeptMs([fact('put', 1), kept(2, 990), fact('put', 3), kept(4, 0)])).toBe(990)
  })

  it('is in the middle of a write while a put is not done', () => {
    expect(isMidWrite([fact('put', 1), kept(2, 0), fact('put', 3)])).toBe(true)
    expect(isMidWrite([fact('put', 1), kept(2, 0)])).toBe(false)
  })
})

function toJudged(toldMs: number, more: Partial<Judged> = {}, offlineMs = 0): Judged {
  const truth = { runIds: ['a'], activeMs: 5_000, mostMs: 5_000, keptMs: 4_000 }
  return {
    plan: { seed: 7, scenario: 'online', workMs: 5_000, offlineMs, aimedMs: 0, againMs: 0 },
    kills: 1,
    midWrite: 1,
    ends: [truth],
    isEmptied: false,
    isSaid: false,
    left: [],
    told: [{ ...truth, toldMs, lostMs: truth.activeMs - toldMs }],
    ...more,
  }
}

const summarize = (...trials: Judged[]) =>
  toSummary([{ trials, failed: [], ms: 1 }], { canSendLater: true })

describe('a trial', () => {
  it('is clean up to its bar, and broken beyond', () => {
    expect(summarize(toJudged(4_000)).isClean).toBe(true)
    expect(summarize(toJudged(4_000)).byPromise.survived).toMatchObject({
      maxMs: 1_000,
      overBar: 0,
    })
    const { isClean, broken } = summarize(toJudged(3_899, { isEmptied: true }, 0), toJudged(3_899))
    expect(isClean).toBe(false)
    expect(broken).toMatchObject([{ seed: 7, why: 'what was on the disk was lost' }])
  })

  it('is doubled when more was told than there was, but for what two clocks differ', () => {
    expect(isDoubled(toJudged(5_060))).toBe(false)
    expect(isDoubled(toJudged(5_200))).toBe(true)
    expect(summarize(toJudged(5_200)).broken).toMatchObject([{ why: 'doubled' }])
  })

  it('may lose what was on the disk only where Chromium emptied that', () => {
    expect(isKeptLost(toJudged(3_999))).toBe(true)
    expect(isKeptLost(toJudged(3_999, { isEmptied: true }))).toBe(false)
  })

  it('is held against a promise of its own where the storage was emptied, online and offline', () => {
    expect(toPromised(toJudged(0))).toBe('survived')
    expect(toPromised(toJudged(0, { isEmptied: true }))).toBe('emptied online')
    expect(toPromised(toJudged(0, { isEmptied: true }, 1_000))).toBe('emptied offline')
  })

  it('of a crash without a visit is not judged where the script leaves nothing with the browser', () => {
    const { plan } = toJudged(0)
    const crash = toJudged(5_000, {
      plan: { ...plan, scenario: 'crash, nobody comes back' },
      toldUnvisitedMs: 0,
    })
    expect(summarize(crash).isClean).toBe(false)
    const without = toSummary([{ trials: [crash], failed: [], ms: 1 }], { canSendLater: false })
    expect(without.isClean).toBe(true)
    expect(without.byPromise['crash, nobody comes back']?.note).toContain('not judged')
  })
})
