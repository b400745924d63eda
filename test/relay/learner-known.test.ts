import { describe, expect, it } from 'vitest'
import { connect } from '../sandbox/client.ts'
import { HOUR, MINUTE } from './entries.ts'
import {
  changeSeed,
  countCalls,
  finish,
  finishAndTell,
  MIRA,
  openSchool,
  readHeld,
  ROSTERING,
} from './school-world.ts'
import { readCompletions } from './told-view.ts'

const USERS = `${ROSTERING}v1p2/users/`

describe('a run of a learner whom Timeback', () => {
  it.each([
    ['does not know', 'stranger', 'learner_unknown'],
    ['has twice with one e-mail, for the one', 'twin-a', 'learner_ambiguous'],
    ['has twice with one e-mail, for the other', 'twin-b', 'learner_ambiguous'],
    ['has with another sourcedId', 'impostor', 'learner_mismatch'],
  ])('%s waits, and says why', async (_, learner, code) => {
    const world = await openSchool()
    await finishAndTell(world, { learner })
    await world.run(HOUR)
    expect(await readHeld(world, 'r', learner)).toEqual([code])
    expect(world.sandbox.events()).toEqual([])
    expect(world.sends()).toEqual([])
  })

  it('did not know is told once they are provisioned', async () => {
    const world = await openSchool()
    await finishAndTell(world, { learner: 'stranger' })
    const { post } = await connect(world.sandbox)
    const user = {
      sourcedId: 'stranger',
      status: 'active',
      enabledUser: 'true',
      givenName: 'A',
      familyName: 'B',
      email: 'nobody@school.example',
      roles: [{ roleType: 'primary', role: 'student', org: { sourcedId: 'org-school-example' } }],
    }
    await post(USERS, { user })
    await post('/edubridge/enrollments/enroll/stranger/course-math-5', {
      beginDate: '2026-01-01T00:00:00.000Z',
    })
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 5 } }])
  })

  it('had twice is told once the other has another e-mail', async () => {
    const world = await openSchool()
    await finishAndTell(world, { learner: 'twin-a' })
    const { put } = await connect(world.sandbox)
    const twin = world.sandbox.rows('users').find(({ sourcedId }) => sourcedId === 'twin-b')
    await put(`${USERS}twin-b`, { user: { ...twin, email: 'bea@school.example' } })
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('had under another id is told within minutes of its mending, not after a day', async () => {
    const world = await openSchool({
      sandbox: changeSeed((seed) => {
        seed.users = seed.users!.map((row) =>
          row['sourcedId'] === 'learner-3' ? { ...row, email: 'learner@school.example' } : row,
        )
        seed.users = seed.users.map((row) =>
          row['sourcedId'] === MIRA ? { ...row, email: 'old@school.example' } : row,
        )
      }),
    })
    await finishAndTell(world)
    expect(await readHeld(world)).toEqual(['learner_mismatch'])
    const { put } = await connect(world.sandbox)
    const row = (id: string) =>
      world.sandbox.rows('users').find(({ sourcedId }) => sourcedId === id)
    await put(`${USERS}learner-3`, { user: { ...row('learner-3'), email: 'aiko@school.example' } })
    await put(`${USERS}${MIRA}`, { user: { ...row(MIRA), email: 'learner@school.example' } })
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
  })
})

describe('the learner', () => {
  it('is looked for once a day, however much they work', async () => {
    const world = await openSchool()
    for (const runId of ['r1', 'r2', 'r3']) await finishAndTell(world, { runId })
    expect(countCalls(world, USERS)).toBe(1)
    await world.run(24 * HOUR)
    await finishAndTell(world, { runId: 'r4' })
    expect(countCalls(world, USERS)).toBe(2)
  })

  it('is never told of with an e-mail that is empty', async () => {
    const world = await openSchool()
    for (const learner of [MIRA, 'stranger', 'twin-a', 'impostor']) {
      await finishAndTell(world, { learner, runId: `of-${learner}`, ms: MINUTE })
    }
    const emails = world.sandbox.events().map(({ actor }) => (actor as { email: string }).email)
    expect(new Set(emails)).toEqual(new Set(['learner@school.example']))
  })

  it('who waits slows down nobody else', async () => {
    const world = await openSchool()
    for (let n = 0; n < 30; n += 1)
      await finish(world, { learner: 'stranger', runId: `s${n}`, ms: 1 })
    await world.relay.deliver()
    await finish(world, { runId: 'r', ms: MINUTE })
    await world.relay.deliver()
    expect(readCompletions(world)).toHaveLength(1)
  })

  it('who is slow to look up slows down nobody else: the others are told meanwhile', async () => {
    const world = await openSchool()
    await finish(world, { runId: 'slow' })
    await finish(world, { learner: 'learner-2', runId: 'r' })
    let answer = () => {}
    const slowly = new Promise<void>((resolve) => (answer = resolve))
    const relay = await world.startRelay({}, async (input, init) => {
      if (decodeURIComponent(String(input)).includes("'learner@school.example'")) await slowly
      return world.sandbox.fetch(new Request(input, init))
    })
    const told = new Promise<void>((resolve) => void world.sandbox.subscribe(() => resolve()))
    const round = relay.deliver()
    await told
    expect(readCompletions(world).map(({ run }) => run)).toEqual(['r'])
    answer()
    await round
    expect(readCompletions(world)).toHaveLength(2)
  })
})
