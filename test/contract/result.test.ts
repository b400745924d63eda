import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldCode } from '../../src/contract/flush.ts'
import { toProblem } from '../../src/contract/problem.ts'
import { resultSchema } from '../../src/contract/result.ts'

describe('a result', () => {
  it.each([
    {},
    { totalQuestions: 0, correctQuestions: 0 },
    { totalQuestions: 10_000, correctQuestions: 10_000 },
    { masteredUnits: 1_000 },
    { pctComplete: 0 },
    { pctComplete: 100 },
    { pctComplete: 33.3 },
    { xpEarned: 12.5 },
  ])('may be %j', (result) => {
    expect(resultSchema.parse(result)).toEqual(result)
  })

  it.each<[object, FieldCode, string]>([
    [{ totalQuestions: 5 }, 'field_missing', 'correctQuestions'],
    [{ correctQuestions: 5 }, 'field_missing', 'totalQuestions'],
    [{ totalQuestions: 5, correctQuestions: 6 }, 'field_range', 'correctQuestions'],
    [{ totalQuestions: 5, correctQuestions: -1 }, 'field_range', 'correctQuestions'],
    [{ totalQuestions: 5.5, correctQuestions: 5 }, 'field_type', 'totalQuestions'],
    [{ totalQuestions: 10_001, correctQuestions: 5 }, 'field_range', 'totalQuestions'],
    [{ totalQuestions: null, correctQuestions: null }, 'field_type', 'totalQuestions'],
    [{ masteredUnits: 1_001 }, 'field_range', 'masteredUnits'],
    [{ masteredUnits: 0.5 }, 'field_type', 'masteredUnits'],
    [{ pctComplete: 100.1 }, 'field_range', 'pctComplete'],
    [{ pctComplete: -0.1 }, 'field_range', 'pctComplete'],
    [{ pctComplete: '50' }, 'field_type', 'pctComplete'],
    [{ pctComplete: NaN }, 'field_type', 'pctComplete'],
    [{ xpEarned: -1 }, 'field_range', 'xpEarned'],
    [{ xpEarned: Infinity }, 'field_type', 'xpEarned'],
    [{ time: 60 }, 'field_unknown', 'time'],
  ])('is never %j', (result, code, path) => {
    const { error } = resultSchema.safeParse(result)
    expect(error && toProblem(error, result)).toMatchObject({ code, path })
  })

  it('has questions both or neither, and no more right than asked', () => {
    const count = fc.option(fc.nat(20), { nil: undefined })
    fc.assert(
      fc.property(count, count, (total, correct) => {
        const result = {
          ...(total !== undefined && { totalQuestions: total }),
          ...(correct !== undefined && { correctQuestions: correct }),
        }
        const isRight =
          total === undefined || correct === undefined ? total === correct : correct <= total
        expect(resultSchema.safeParse(result).success).toBe(isRight)
      }),
    )
  })
})
