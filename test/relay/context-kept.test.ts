import { describe, expect, it } from 'vitest'
import type { ContextAnswer } from '../../src/contract/context.ts'
import { createContexts } from '../../src/relay/context.ts'
import type { Roster } from '../../src/relay/roster.ts'
import { ask, MATH_5, NOT_YET, readContext } from './context-view.ts'
import { MINUTE, SECOND } from './entries.ts'
import { COURSES, createClock, get, openPage, readFailure } from './relay-world.ts'
import { countCalls, finish, finishAndTell, MATH, MIRA, openSchool } from './school-world.ts'

describe('a part of the context', () => {
  it.each([
    ['facts', 'facts/weekly', { today: null, week: null }],
    ['progress', 'getCourseProgress', { progress: null }],
  ])(
    'may be missing alone: %s, with its code, and is read anew soon',
    async (part, path, nulls) => {
      const world = await openSchool()
      const status = { value: 500 }
      const fetchBut: typeof fetch = async (input, init) =>
        String(input).includes(path) && status.value !== 200
          ? Response.json({}, { status: status.value })
          : world.sandbox.fetch(new Request(input, init))
      const relay = await world.startRelay({}, fetchBut)
      const whole = await readContext(world)
      const other = { ...world, relay }
      expect(await readContext(other)).toEqual({
        ...whole,
        ...nulls,
        missing: [{ part, code: 'timeback_unreachable' }],
      })
      status.value = 403
      world.clock.pass(16 * SECOND)
      expect((await readContext(other)).missing).toEqual([{ part, code: 'timeback_refused' }])
      status.value = 200
      world.clock.pass(16 * SECOND)
      expect((await readContext(other)).missing).toEqual([])
    },
  )

  it('may be missing alone: the enrolment, where the course is the operator’s', async () => {
    const world = await openSchool({
      options: { courses: [{ sourcedId: MATH, subject: 'Math', grade: 5 }] },
    })
    const relay = await world.startRelay({}, async (input, init) =>
      /enrollments/.test(String(input))
        ? Response.json({}, { status: 500 })
        : world.sandbox.fetch(new Request(input, init)),
    )
    expect(await readContext({ ...world, relay })).toMatchObject({
      enrolled: null,
      course: { subject: 'Math' },
      progress: { lessonsDone: 0 },
      today: NOT_YET,
      goals: null,
      missing: [{ part: 'enrolment', code: 'timeback_unreachable' }],
    })
  })

  it('may be missing with all others, where nothing answers', async () => {
    const world = await openSchool()
    world.sandbox.faults.add({ on: 'token', status: 503, count: 50 })
    expect(await readContext(world)).toMatchObject({
      enrolled: null,
      course: null,
      missing: [{ part: 'course', code: 'timeback_unreachable' }],
    })
  })
})

describe('a context', () => {
  it('is kept for five minutes, for all pages of the learner', async () => {
    const world = await openSchool()
    const { asOf } = await readContext(world)
    const asked = world.calls.length
    world.clock.pass(4 * MINUTE)
    expect((await readContext(world)).asOf).toBe(asOf)
    expect(world.calls).toHaveLength(asked)
    world.clock.pass(MINUTE + SECOND)
    expect((await readContext(world)).asOf).toBeGreaterThan(asOf)
    expect(countCalls(world, '/edubridge/analytics/facts/weekly')).toBe(2)
  })

  it('is read anew once another day has begun where the learner is', async () => {
    const world = await openSchool({ options: { timezone: 'America/Chicago' } })
    // Monday 23:58 in Chicago.
    world.clock.pass(Date.UTC(2026, 0, 27, 5, 58) - world.clock.now())
    const { asOf } = await readContext(world)
    world.clock.pass(2 * MINUTE - 1)
    expect((await readContext(world)).asOf).toBe(asOf)
    world.clock.pass(1)
    expect((await readContext(world)).asOf).toBe(asOf + 2 * MINUTE)
  })

  it('is read once for pages that ask at the same time', async () => {
    const world = await openSchool()
    await Promise.all([readContext(world), readContext(world), readContext(world)])
    expect(countCalls(world, '/edubridge/analytics/facts/weekly')).toBe(1)
  })

  it('is read of two courses of a learner at once, and who asks for more is told to come again', async () => {
    const world = await openSchool()
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    const relay = await world.startRelay({}, async (input, init) => {
      await gate
      return world.sandbox.fetch(new Request(input, init))
    })
    const other = { ...world, relay }
    const all = [1, 2, 3].map((n) => ask(other, `id=none-${n}`))
    // The two others wait for Timeback.
    const refused = await Promise.race(all)
    expect(refused.headers.get('retry-after')).toBe('5')
    expect(await readFailure(refused)).toMatchObject([429, { code: 'context_busy' }])
    go()
    const statuses = (await Promise.all(all)).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 200, 429])
    expect((await ask(other, 'id=none-4')).status).toBe(200)
  })

  it('is read anew once something of the learner was told', async () => {
    const world = await openSchool()
    expect((await readContext(world)).today).toEqual(NOT_YET)
    await finishAndTell(world, { ms: MINUTE })
    expect((await readContext(world)).today).toEqual({ activeMs: MINUTE, xpEarned: 1.3 })
  })

  it('is read anew once a result was seen, as facts lag behind as it does', async () => {
    const world = await openSchool({ sandbox: { readLagMs: 30 * SECOND } })
    await finishAndTell(world, { ms: MINUTE })
    expect((await readContext(world)).today).toEqual({ activeMs: MINUTE, xpEarned: 1.3 })
  })

  it('is not read anew as something of another learner was told', async () => {
    const world = await openSchool()
    const { asOf } = await readContext(world)
    await finishAndTell(world, { learner: 'learner-2', ms: MINUTE })
    expect((await readContext(world)).asOf).toBe(asOf)
  })

  it('that is being read while something is told fails for nobody', async () => {
    const world = await openSchool()
    let go = () => {}
    const gate = new Promise<void>((resolve) => (go = resolve))
    let isHeld = () => {}
    const held = new Promise<void>((resolve) => (isHeld = resolve))
    let isFirst = true
    const relay = await world.startRelay({}, async (input, init) => {
      if (isFirst && String(input).includes('/edubridge/enrollments/')) {
        isFirst = false
        isHeld()
        await gate
      }
      return world.sandbox.fetch(new Request(input, init))
    })
    // Frozen by another relay, so that this one has only to send it.
    await finish(world)
    world.sandbox.faults.add({ on: 'event', status: 503 })
    await world.relay.deliver()
    const reading = readContext({ ...world, relay })
    await held
    world.clock.pass(5 * SECOND)
    await relay.deliver()
    expect(world.sandbox.events()).toHaveLength(2)
    go()
    expect(await reading).toMatchObject({ enrolled: true, missing: [] })
  })

  it('of many courses is kept of the last: a page can’t fill the relay’s memory', async () => {
    const world = await openSchool()
    const askedAt = world.clock.now()
    for (let n = 0; n < 30; n += 1) await readContext(world, `code=C${n}`)
    world.clock.pass(SECOND)
    expect((await readContext(world, 'code=C29')).asOf).toBe(askedAt)
    expect((await readContext(world, 'code=C0')).asOf).toBe(askedAt + SECOND)
  })

  it('is only for who shows a reading token', async () => {
    const world = await openSchool()
    const page = await openPage(world, MIRA)
    for (const token of [page.grant.token, 'x']) {
      const authorization = `Bearer ${token}`
      const answer = await get(world.relay, `/v1/context?${MATH_5}`, { authorization })
      expect(await readFailure(answer)).toMatchObject([401, { code: 'grant_invalid' }])
    }
    expect((await get(world.relay, `/v1/context?${MATH_5}`)).status).toBe(401)
  })

  it('is not to be had of a relay that asks nothing of Timeback', async () => {
    const world = await openSchool({ options: { context: 'host', courses: COURSES } })
    expect(await readFailure(await ask(world))).toMatchObject([404, { code: 'context_off' }])
    expect(world.calls).toEqual([])
  })
})

describe('reading', () => {
  it('goes on with the token that each answer brings, and ends with the sitting', async () => {
    const world = await openSchool()
    const page = await openPage(world, MIRA)
    let { reading } = page.grant
    const askNext = () =>
      get(world.relay, `/v1/context?${MATH_5}`, { authorization: `Bearer ${reading.token}` })
    while (world.clock.now() < page.grant.closesAt - 10 * MINUTE) {
      world.clock.pass(10 * MINUTE)
      const answer = await askNext()
      expect(answer.status).toBe(200)
      reading = ((await answer.json()) as ContextAnswer).reading
    }
    expect(reading.until).toBeLessThanOrEqual(page.grant.closesAt)
    world.clock.pass(16 * MINUTE)
    expect((await askNext()).status).toBe(401)
  })

  it('is not to be had where the relay looks nothing up, and the grant says so', async () => {
    const world = await openSchool({ options: { context: 'host', courses: COURSES } })
    const { grant } = await openPage(world, MIRA)
    expect(grant.looksUp).toBe(false)
    expect((await ask(world)).status).toBe(404)
  })
})

/** Contexts of which no course is known, and how many are being looked for; each is found once it may be. */
function openContexts() {
  const clock = createClock()
  const looking: (() => void)[] = []
  const roster: Partial<Roster> = {
    async findPlace() {
      await new Promise<void>((resolve) => looking.push(resolve))
      return { known: false, code: 'course_unknown' }
    },
  }
  const contexts = createContexts(
    { roster, timezone: 'UTC', ifNotEnrolled: 'hold' } as Parameters<typeof createContexts>[0],
    { now: clock.now },
  )
  const settle = async () => {
    for (let n = 0; n < 20; n += 1) await Promise.resolve()
  }
  return { clock, contexts, looking, settle }
}

describe('what is read at the same time', () => {
  it('is read once for all who ask, also where it is read anew', async () => {
    const { clock, contexts, looking, settle } = openContexts()
    for (const times of [1, 2]) {
      const all = [1, 2, 3].map(() => contexts.read('ada', { id: 'm' }))
      await settle()
      expect(looking).toHaveLength(times)
      looking.at(-1)!()
      expect(new Set(await Promise.all(all)).size).toBe(1)
      clock.pass(6 * MINUTE)
    }
  })

  it('is of five at most, for all learners together: the others wait for their turn', async () => {
    const { contexts, looking, settle } = openContexts()
    const learners = Array.from({ length: 12 }, (_, n) => `learner-${n}`)
    const all = learners.map((learner) => contexts.read(learner, { id: 'm' }))
    await settle()
    expect(looking).toHaveLength(5)
    for (let n = 0; n < learners.length; n += 1) {
      looking[n]!()
      await settle()
      expect(looking).toHaveLength(Math.min(12, n + 6))
    }
    expect(await Promise.all(all)).toHaveLength(12)
  })
})
