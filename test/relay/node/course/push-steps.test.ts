import { describe, expect, it } from 'vitest'
import { planCourse } from '../../../../src/relay/node/course/plan.ts'
import { pushSteps } from '../../../../src/relay/node/course/push-steps.ts'
import { createAsking, readFacts } from '../../../../src/relay/node/course/read-facts.ts'
import { COURSE, SMALL, toWantedOf } from './course-files.ts'
import { createFakeTimeback, LOST, REFUSED, type FakeTimeback } from './fake-timeback.ts'

const UNCLASSED = { course: COURSE, enrollments: [{ email: 'ann@school.example' }] }

/** Each step's key and its result. */
async function push(file: object, timeback: FakeTimeback) {
  const asking = createAsking({ wait: async () => {}, now: () => Date.UTC(2026, 0, 15) })
  const wanted = toWantedOf(file)
  const steps = planCourse(wanted, await readFacts(wanted, timeback, asking))
  const dones = await pushSteps(steps, timeback, asking.insist, () => {})
  return dones.map(({ step, result }) => [`${step.kind} ${step.id}`, result])
}

const only = (result: string, results: string[][]) =>
  results.filter(([, one]) => one === result).map(([name]) => name)

describe('a push', () => {
  it('goes on with what does not need what failed, and finishes the rest the next time', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'put component/mathapp-g5-component-decimals', answer: REFUSED })
    const first = await push(SMALL, timeback)
    expect(only('failed', first)).toEqual(['component mathapp-g5-component-decimals'])
    expect(only('skipped', first)).toEqual(['componentResource mathapp-g5-cr-tenths'])
    expect(only('created', first)).toHaveLength(10)

    timeback.writes.length = 0
    const second = await push(SMALL, timeback)
    expect(timeback.writes).toEqual([
      'put component/mathapp-g5-component-decimals',
      'put componentResource/mathapp-g5-cr-tenths',
    ])
    expect(only('same', second)).toHaveLength(10)
    expect(only('same', await push(SMALL, timeback))).toHaveLength(12)
  })

  it('writes nothing but the course where the course fails', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'put course/', answer: { type: 'absent', answer: 'org not found' } })
    const results = await push(SMALL, timeback)
    expect(timeback.writes).toEqual(['put course/mathapp-g5'])
    expect(only('skipped', results)).toHaveLength(11)
  })

  it('sends a row again whose answer was lost', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'put class/', answer: LOST, after: true })
    expect(only('created', await push(SMALL, timeback))).toHaveLength(12)
    expect(timeback.writes.filter((line) => line.startsWith('put class/'))).toHaveLength(2)
  })

  it('never enrols twice when the answer was lost after the enrolment was made', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'enroll', answer: LOST, after: true })
    const results = await push(UNCLASSED, timeback)
    expect(only('created', results)).toHaveLength(2)
    expect([...timeback.rows.keys()].filter((key) => key.startsWith('enrollment/'))).toHaveLength(1)
  })

  it('enrols again when the request was lost on its way', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'enroll', answer: LOST })
    await push(UNCLASSED, timeback)
    expect([...timeback.rows.keys()].filter((key) => key.startsWith('enrollment/'))).toHaveLength(1)
  })

  it('does not enrol into a course that could not be made', async () => {
    const timeback = createFakeTimeback()
    timeback.faults.push({ on: 'put course/', answer: REFUSED })
    await push(UNCLASSED, timeback)
    expect(timeback.writes).toEqual(['put course/mathapp-g5'])
  })
})
