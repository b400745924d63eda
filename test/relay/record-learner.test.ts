import { describe, expect, it } from 'vitest'
import { FRACTIONS, MINUTE, MONDAY } from './entries.ts'
import { NINE, refuse } from './recorded-run.ts'
import { openWorld, readReport } from './relay-world.ts'
import { MIRA, openSchool } from './school-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const time = { startedAt: MONDAY - 5 * MINUTE, endedAt: MONDAY, activeMs: 5 * MINUTE }

describe('a result of a learner who has never been here', () => {
  it('is recorded and told, if the host says who they are', async () => {
    const world = await openWorld()
    const learner = { sourcedId: 'eve', email: 'eve@school.example' }
    const { runId } = await world.relay.record({ learner, activity: FRACTIONS, result: NINE, time })
    await world.run(2 * MINUTE)
    expect(sumTimes(world)).toMatchObject({ active: 300 })
    expect(readCompletions(world)).toMatchObject([{ run: runId, values: { xpEarned: 5 } }])
    expect(world.sandbox.events()[0]?.actor).toMatchObject({ email: 'eve@school.example' })
  })

  it('is theirs whom Timeback has under the e-mail, if the host says no more', async () => {
    const world = await openSchool()
    const learner = { email: 'learner@school.example' }
    const { runId } = await world.relay.record({ learner, activity: FRACTIONS, result: NINE, time })
    await world.run(2 * MINUTE)
    expect(await readReport(world, runId, { learner: MIRA })).toMatchObject({ resultBy: 'host' })
    expect(readCompletions(world)).toMatchObject([{ run: runId, attempt: 1 }])
  })

  it.each([
    ['nobody@school.example', 'learner_unknown'],
    ['twins@school.example', 'learner_ambiguous'],
  ])(
    'is refused where Timeback can’t say who %s is, and leaves nothing behind',
    async (email, code) => {
      const world = await openSchool()
      expect(
        await refuse(world, { learner: { email }, activity: FRACTIONS, result: NINE }),
      ).toEqual({
        status: 403,
        code,
        path: 'learner.email',
      })
      expect(await world.db.selectFrom('runs').selectAll().execute()).toEqual([])
    },
  )

  it('is kept and never told, if they are no student', async () => {
    const world = await openWorld()
    const learner = { sourcedId: 'kim', email: 'kim@school.example', role: 'teacher' } as const
    const { runId } = await world.relay.record({ learner, activity: FRACTIONS, result: NINE, time })
    await world.run(2 * MINUTE)
    expect(world.sandbox.events()).toEqual([])
    expect(await readReport(world, runId, { learner: 'kim' })).toMatchObject({ preview: true })
  })
})
