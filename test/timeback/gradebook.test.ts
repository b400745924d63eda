import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { EventContext } from '../../src/timeback/caliper.ts'
import {
  toGradebookWrite,
  toLineItemId,
  toMasteryWrite,
  toPlatformResultId,
  type ResultInput,
} from '../../src/timeback/gradebook.ts'
import { CONTEXT } from './context.ts'

const STUDENT: EventContext = { ...CONTEXT, actor: { ...CONTEXT.actor, name: 'Ann Smith' } }
const AT = Date.UTC(2026, 0, 27, 10, 10, 0)
const OBJECT_ID = 'https://app.example/activities/Math/g3/lesson-1'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const toInput = (changes: Partial<ResultInput> = {}): ResultInput => ({
  context: STUDENT,
  lineItemId: 'li',
  endedAt: AT,
  attempt: 2,
  totalQuestions: 10,
  correctQuestions: 8,
  ...changes,
})

const write = (changes: Partial<ResultInput> = {}) => toGradebookWrite(toInput(changes))

describe('the id of a line item', () => {
  it('in platform mode is the one that Timeback makes', async () => {
    expect(await toLineItemId(CONTEXT, 'platform')).toBe(`caliper_${sha256(`${OBJECT_ID}_c1`)}`)
  })

  it('in direct mode is ours, and never Timeback’s', async () => {
    expect(await toLineItemId(CONTEXT, 'direct')).toBe(`stint_${sha256(`${OBJECT_ID}_c1`)}`)
  })

  it('is another for another activity and for another course', async () => {
    const ids = await Promise.all(
      [
        CONTEXT,
        { ...CONTEXT, activity: { id: 'lesson-2', name: 'Lesson 2' } },
        { ...CONTEXT, course: { sourcedId: 'c2', name: 'MATH-3' } },
        { ...CONTEXT, grade: 4 },
      ].map((context) => toLineItemId(context, 'direct')),
    )
    expect(new Set(ids).size).toBe(4)
  })

  it('is the same for every learner, run and name', async () => {
    const other: EventContext = {
      ...CONTEXT,
      actor: { sourcedId: 'u2', email: 't@example.org' },
      activity: { id: 'lesson-1', name: 'Lesson one' },
      runId: 'another',
    }
    expect(await toLineItemId(other, 'direct')).toBe(await toLineItemId(CONTEXT, 'direct'))
  })
})

describe('the id of a result that Timeback makes', () => {
  it.each(['0D9C4B7E', 'urn:uuid:0d9c4b7e'])('has its event’s urn once: %s', (id) => {
    expect(toPlatformResultId(id)).toBe('caliper_urn:uuid:0d9c4b7e')
  })
})

describe('what is written of a result', () => {
  it('is a line item of the course alone', async () => {
    const { lineItem } = await write()
    expect(lineItem).toEqual({
      id: 'li',
      row: {
        sourcedId: 'li',
        status: 'active',
        title: 'Lesson 1',
        course: { sourcedId: 'c1' },
        resultValueMin: 0,
        resultValueMax: 100,
        metadata: { appName: 'My App', activityId: OBJECT_ID },
      },
    })
  })

  it('is a result in percent, with booleans as words and no key without a value', async () => {
    const { result } = await write()
    const id = `stint_${sha256(`li_u1_${CONTEXT.runId}`)}`
    expect(result).toEqual({
      id,
      row: {
        sourcedId: id,
        status: 'active',
        assessmentLineItem: { sourcedId: 'li' },
        student: { sourcedId: 'u1' },
        score: 80,
        scoreStatus: 'fully graded',
        scoreDate: '2026-01-27T10:10:00.000Z',
        inProgress: 'false',
        metadata: {
          totalQuestions: 10,
          correctQuestions: 8,
          accuracy: 80,
          attempt: 2,
          endedAt: '2026-01-27T10:10:00.000Z',
          appName: 'My App',
          runId: CONTEXT.runId,
        },
      },
    })
  })

  it('has all that is known in Timeback’s words, with `xp` and never `xpEarned`', async () => {
    const { result } = await write({ xp: 12.5, masteredUnits: 1, pctComplete: 40 })
    expect(result.row['metadata']).toMatchObject({
      xp: 12.5,
      masteredUnits: 1,
      pctCompleteApp: '40',
    })
    expect(JSON.stringify(result)).not.toContain('xpEarned')
  })

  it.each([
    ['no questions', { totalQuestions: undefined, correctQuestions: undefined }, null],
    ['none asked', { totalQuestions: 0, correctQuestions: 0 }, null],
    ['none right', { correctQuestions: 0 }, 0],
    ['two of three', { totalQuestions: 3, correctQuestions: 2 }, 67],
    ['all right', { correctQuestions: 10 }, 100],
  ])('has a score of %s', async (_, questions, score) => {
    expect((await write(questions)).result.row['score']).toBe(score)
  })

  it('is the same to the byte, however often it is made', async () => {
    expect(JSON.stringify(await write())).toBe(JSON.stringify(await write()))
  })

  it('has another id for another run and for another learner, and the same for another attempt', async () => {
    const toId = async (changes: Partial<ResultInput>) => (await write(changes)).result.id
    const id = await toId({})
    expect(await toId({ attempt: 3, endedAt: AT + 1, correctQuestions: 9 })).toBe(id)
    expect(await toId({ context: { ...STUDENT, runId: 'another' } })).not.toBe(id)
    const other = { sourcedId: 'u2', email: 't@example.org' }
    expect(await toId({ context: { ...STUDENT, actor: other } })).not.toBe(id)
  })

  it('names nobody but by their id', async () => {
    const text = JSON.stringify([await write({ xp: 1 }), await toMasteryWrite(STUDENT, AT)])
    expect(text).not.toContain('@')
    expect(text).not.toContain('Smith')
  })
})

describe('the row of a mastered course', () => {
  it('is the official SDK’s, under its ids, so that both together write one', async () => {
    const lineItemId = `timeback_sdk_${sha256('mastery-completion_c1')}`
    const resultId = `timeback_sdk_${sha256('mastery-completion_c1_u1')}`
    expect(await toMasteryWrite(STUDENT, AT)).toEqual({
      lineItem: {
        id: lineItemId,
        row: {
          sourcedId: lineItemId,
          status: 'active',
          title: 'My App: Complete',
          course: { sourcedId: 'c1' },
          componentResource: { sourcedId: 'c1-cr' },
          resultValueMin: 0,
          resultValueMax: 100,
          metadata: { appName: 'My App' },
        },
      },
      result: {
        id: resultId,
        row: {
          sourcedId: resultId,
          status: 'active',
          assessmentLineItem: { sourcedId: lineItemId },
          student: { sourcedId: 'u1' },
          score: 100,
          scoreStatus: 'fully graded',
          scoreDate: '2026-01-27T10:10:00.000Z',
          inProgress: 'false',
          metadata: {
            isMasteryCompletion: true,
            completedAt: '2026-01-27T10:10:00.000Z',
            appName: 'My App',
          },
        },
      },
    })
  })

  it('is one for a learner and a course, whatever the run', async () => {
    const again = await toMasteryWrite({ ...STUDENT, runId: 'another' }, AT + 1)
    expect(again.result.id).toBe((await toMasteryWrite(STUDENT, AT)).result.id)
  })
})
