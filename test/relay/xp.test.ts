import { describe, expect, it } from 'vitest'
import { toMinutesXp } from '../../src/relay/xp.ts'
import { MINUTE, SECOND } from './entries.ts'

const of = (correctQuestions: number, totalQuestions = 10) => ({ totalQuestions, correctQuestions })

describe('XP by minutes', () => {
  it.each([
    ['all right: a quarter more', 10 * MINUTE, of(10), 1, 12.5],
    ['nine of ten: a minute, a point', 10 * MINUTE, of(9), 1, 10],
    ['eight of ten: just enough', 10 * MINUTE, of(8), 1, 10],
    ['under eight of ten: nothing', 10 * MINUTE, of(7), 1, 0],
    ['79 of 100: nothing', 10 * MINUTE, of(79, 100), 1, 0],
    ['none right: nothing', 10 * MINUTE, of(0), 1, 0],
    ['the second attempt: half', 10 * MINUTE, of(10), 2, 6.3],
    ['the third attempt: a quarter', 10 * MINUTE, of(9), 3, 2.5],
    ['the fourth attempt: nothing', 10 * MINUTE, of(10), 4, 0],
    ['the hundredth attempt: nothing', 10 * MINUTE, of(10), 100, 0],
    ['no time: nothing', 0, of(10), 1, 0],
    ['a tenth of a minute: in steps of a tenth', 6 * SECOND, of(9), 1, 0.1],
    ['less than half a step: nothing', 2_999, of(9), 1, 0],
    ['half a step: a step', 3 * SECOND, of(9), 1, 0.1],
    ['no questions: nothing', 10 * MINUTE, {}, 1, 0],
    ['no questions asked: nothing', 10 * MINUTE, of(0, 0), 1, 0],
    ['a page that states its own: no more', 10 * MINUTE, { ...of(9), xpEarned: 500 }, 1, 10],
  ])('%s', (_, activeMs, result, attempt, xp) => {
    expect(toMinutesXp(activeMs, result, attempt)).toBe(xp)
  })

  it('has no tail of binary digits', () => {
    for (let ms = 0; ms < 30 * MINUTE; ms += 777) {
      expect(String(toMinutesXp(ms, of(10), 1))).toMatch(/^\d+(\.\d)?$/)
    }
  })
})
