import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { call } from './client.ts'
import { openFilledSchool } from './oneroster-client.ts'
import { completion, LEARNER, openClass, spentTime, toUrl } from './school-events.ts'
import type { State } from '../../src/sandbox/view/state.ts'

async function readState(sandbox: ReturnType<typeof createSandbox>): Promise<State> {
  return (await call(sandbox, 'GET', '/_sandbox/state')).json()
}

describe('the page at /', () => {
  const read = async () => (await call(createSandbox(), 'GET', '/')).text()

  it('is a document of HTML, without a token', async () => {
    const response = await call(createSandbox(), 'GET', '/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })

  it('asks for no other file', async () => {
    const page = await read()
    expect(page).not.toMatch(/\bsrc=|@import|url\(|https?:/)
    expect(page.match(/href="[^"]*"/g)).toEqual(['href="data:,"'])
  })

  it('writes no HTML from what it is told', async () => {
    expect(await read()).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write/)
  })
})

describe('the state', () => {
  it('is of the example school before anything has come', async () => {
    const state = await readState(createSandbox())
    expect(state.counts).toEqual({ events: 0, results: 0, learners: 15 })
    expect(state.learners[0]).toEqual({
      id: 'demo-learner',
      name: 'Mira Halloway',
      role: 'student',
      isBusy: false,
      xp: 0,
      activeSeconds: 0,
      inactiveSeconds: 0,
      wasteSeconds: 0,
      enrollments: [
        { id: 'enr-demo-learner-math-5', course: 'Math 5', isOver: false, lessons: 0 },
        { id: 'enr-demo-learner-reading-5', course: 'Reading 5', isOver: false, lessons: 0 },
      ],
    })
  })

  it('shows XP, time, the result and the events of who worked, and them first', async () => {
    const { sandbox, tell } = await openClass()
    const actor = { ...LEARNER, id: toUrl('users', 'learner-3'), email: 'aiko@school.example' }
    const [time, work] = [spentTime({ actor }), completion({ actor })]
    await tell(time, work)
    const state = await readState(sandbox)
    expect(state.counts).toEqual({ events: 2, results: 1, learners: 15 })
    expect(state.learners[0]).toMatchObject({
      id: 'learner-3',
      isBusy: true,
      xp: 8,
      activeSeconds: 540,
      inactiveSeconds: 60,
      wasteSeconds: 30,
    })
    expect(state.results).toEqual([
      {
        id: `caliper_${work.id}`,
        learner: 'Aiko Sundqvist',
        title: 'Lesson 1',
        score: 80,
        scoreStatus: 'fully graded',
        scoreDate: work.eventTime,
        attempt: 1,
        xp: 8,
        by: 'platform',
        isDeleted: false,
      },
    ])
    expect(state.events.map(({ id, type }) => [id, type])).toEqual([
      ['2', 'ActivityEvent'],
      ['1', 'TimeSpentEvent'],
    ])
    expect(state.events[1]).toMatchObject({
      learner: 'Aiko Sundqvist',
      isKnown: true,
      activity: 'Lesson 1',
      items: [
        { type: 'active', value: 540 },
        { type: 'inactive', value: 60 },
        { type: 'waste', value: 30 },
        { type: 'unknown', value: 5 },
      ],
    })
  })

  it('says of whom the school does not know', async () => {
    const { sandbox, tell } = await openClass()
    await tell(spentTime({ actor: { ...LEARNER, id: toUrl('users', 'x1'), email: 'x@y.example' } }))
    const state = await readState(sandbox)
    expect(state.events).toMatchObject([{ learner: 'x1', isKnown: false }])
  })

  it('marks an enrolment that is over', async () => {
    const { sandbox } = await openClass()
    const { learners } = await readState(sandbox)
    const past = learners.find(({ id }) => id === 'learner-past')
    expect(past?.enrollments).toMatchObject([{ isOver: true }])
  })

  it('counts the lessons that are complete', async () => {
    const { sandbox } = await openFilledSchool()
    const { learners } = await readState(sandbox)
    const ann = learners.find(({ id }) => id === 'user-77')
    expect(ann?.enrollments).toMatchObject([{ course: 'MathApp: Grade 5', lessons: 1 }])
  })

  it('names the faults that wait', async () => {
    const { sandbox } = await openClass()
    sandbox.faults.add({ on: 'gradebook', status: 503, count: 2 })
    sandbox.faults.add({ on: 'event', lostAnswer: true })
    expect((await readState(sandbox)).faults.map(({ text }) => text)).toEqual([
      'fault on gradebook: answers 503, 2 times',
      'fault on event: loses the answer, 1 times',
    ])
  })

  it('holds no e-mail and no secret, and is not kept by anybody', async () => {
    const { sandbox, tell } = await openClass()
    await tell(spentTime(), completion())
    const response = await call(sandbox, 'GET', '/_sandbox/state')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const text = await response.text()
    expect(text).not.toContain('@')
    expect(text).not.toContain('never-to-a-browser')
  })
})
