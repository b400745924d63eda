/** What a run came to, as its page or its host states it (official SDK, `activity.end`). */
import { z } from 'zod'
import { MAX_PCT, MAX_QUESTIONS, MAX_UNITS, MAX_XP } from './limits.ts'

const questions = z.int().min(0).max(MAX_QUESTIONS)

/**
 * Questions come both or neither, and no more right than asked; `masteredUnits` is an increment, `pctComplete`
 * the course progress in 0 to 100. A page's `xpEarned` is kept but not believed, unless the operator opts in.
 */
export const resultSchema = z
  .strictObject({
    totalQuestions: questions.exactOptional(),
    correctQuestions: questions.exactOptional(),
    masteredUnits: z.int().min(0).max(MAX_UNITS).exactOptional(),
    pctComplete: z.number().min(0).max(MAX_PCT).exactOptional(),
    xpEarned: z.number().min(0).max(MAX_XP).exactOptional(),
  })
  .superRefine((result, context) => {
    const { totalQuestions: total, correctQuestions: correct } = result
    if (total !== undefined && correct === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['correctQuestions'],
        message: 'totalQuestions and correctQuestions go together: give both or neither',
      })
    }
    if (correct !== undefined && total === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['totalQuestions'],
        message: 'totalQuestions and correctQuestions go together: give both or neither',
      })
    }
    if (total !== undefined && correct !== undefined && correct > total) {
      context.addIssue({
        code: 'custom',
        path: ['correctQuestions'],
        message: 'correctQuestions is at most totalQuestions',
        params: { code: 'field_range' },
      })
    }
  })

export type Result = z.infer<typeof resultSchema>
