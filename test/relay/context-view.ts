/** What a page reads of its learner's context, and what else may be at Timeback for it to show. */
import type { Context, ContextAnswer } from '../../src/contract/context.ts'
import { connect } from '../sandbox/client.ts'
import { get, openPage, type World } from './relay-world.ts'
import { MATH, MIRA } from './school-world.ts'

export const MATH_5 = 'subject=Math&grade=5'

export async function ask(world: World, query = MATH_5, learner = MIRA) {
  const page = await openPage(world, learner)
  const authorization = `Bearer ${page.grant.reading.token}`
  return get(world.relay, `/v1/context?${query}`, { authorization })
}

export async function readContext(world: World, query = MATH_5, learner = MIRA): Promise<Context> {
  const answer = await ask(world, query, learner)
  if (answer.status !== 200) throw new Error(await answer.text())
  // The token for the next reading differs from one to the next.
  const { reading: _, ...context } = (await answer.json()) as ContextAnswer
  return context
}

/** A result on a lesson of the course, as another app would write it. */
export async function gradeLesson(
  world: World,
  lesson: string,
  { scoreStatus = 'fully graded', app = 'app' } = {},
) {
  const { put } = await connect(world.sandbox)
  const gradebook = '/ims/oneroster/gradebook/v1p2'
  await put(`${gradebook}/assessmentLineItems/${app}-li-${lesson}`, {
    assessmentLineItem: {
      status: 'active',
      title: lesson,
      course: { sourcedId: MATH },
      componentResource: { sourcedId: `${lesson}-cr` },
    },
  })
  await put(`${gradebook}/assessmentResults/${app}-result-${lesson}`, {
    assessmentResult: {
      status: 'active',
      assessmentLineItem: { sourcedId: `${app}-li-${lesson}` },
      student: { sourcedId: MIRA },
      scoreStatus,
      scoreDate: '2026-01-26T10:00:00.000Z',
      score: 90,
    },
  })
}

export const NOT_YET = { activeMs: 0, xpEarned: 0 }
