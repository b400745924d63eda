import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planCourse } from '../../../../src/relay/node/course/plan.ts'
import { pushSteps } from '../../../../src/relay/node/course/push-steps.ts'
import { createAsking, readFacts } from '../../../../src/relay/node/course/read-facts.ts'
import { COURSE, LESSON, SMALL, toWantedOf } from './course-files.ts'
import { createFakeTimeback, type FakeTimeback } from './fake-timeback.ts'

const NOW = Date.UTC(2026, 0, 15)
const asking = createAsking({ wait: async () => {}, now: () => NOW })

async function plan(file: object, timeback: FakeTimeback) {
  const wanted = toWantedOf(file)
  return planCourse(wanted, await readFacts(wanted, timeback, asking))
}

async function push(file: object, timeback: FakeTimeback) {
  return pushSteps(await plan(file, timeback), timeback, asking.insist, () => {})
}

const only = async (file: object, timeback: FakeTimeback, id: string) =>
  (await plan(file, timeback)).find((step) => step.id === id)?.action

describe('a plan', () => {
  it('creates everything where nothing is', async () => {
    const steps = await plan(SMALL, createFakeTimeback())
    expect(steps).toHaveLength(12)
    expect(steps.every(({ action }) => action.type === 'create')).toBe(true)
  })

  it('names an update field by field, from what to what', async () => {
    const timeback = createFakeTimeback()
    await push(SMALL, timeback)
    const [first, second] = SMALL.units
    const file = {
      ...SMALL,
      units: [
        {
          ...first,
          title: 'All of fractions',
          slug: 'fractions',
          lessons: [{ ...LESSON, xp: 12 }],
        },
        second,
      ],
    }
    const changes = (await plan(file, timeback)).flatMap(({ id, action }) =>
      action.type === 'update' ? action.changes.map((change) => ({ id, ...change })) : [],
    )
    expect(changes).toEqual([
      { id: 'mathapp-g5', field: 'metadata.metrics.totalXp', from: 23.5, to: 20.5 },
      { id: 'mathapp-g5', field: 'metadata.metrics.totalLessons', from: 3, to: 2 },
      {
        id: 'mathapp-g5-component-fractions',
        field: 'title',
        from: 'Fractions',
        to: 'All of fractions',
      },
      { id: 'mathapp-g5-resource-adding-fractions', field: 'metadata.xp', from: 10, to: 12 },
    ])
  })

  it('keeps what others have put into a row, and sends all of it', async () => {
    const row = {
      sourcedId: 'mathapp-g5',
      status: 'active',
      dateLastModified: '2026-01-01T00:00:00.000Z',
      title: 'Old',
      subjects: ['Math'],
      grades: ['5'],
      org: { sourcedId: 'org-1', type: 'org', href: 'https://api.example/orgs/org-1' },
      courseCode: 'M5',
      metadata: { primaryApp: 'app-1', goals: { dailyXp: 10, dailyLessons: 2 } },
    }
    const timeback = createFakeTimeback({ 'course/mathapp-g5': row })
    const action = await only(
      { course: { ...COURSE, goals: { dailyXp: 25 } } },
      timeback,
      'mathapp-g5',
    )
    const { dateLastModified: _, ...kept } = row
    expect(action).toEqual({
      type: 'update',
      changes: [
        { field: 'title', from: 'Old', to: COURSE.title },
        { field: 'metadata.goals.dailyXp', from: 10, to: 25 },
      ],
      sending: {
        type: 'put',
        row: {
          ...kept,
          title: COURSE.title,
          metadata: { primaryApp: 'app-1', goals: { dailyXp: 25, dailyLessons: 2 } },
        },
      },
    })
  })

  it('moves a lesson to another unit without another id', async () => {
    const timeback = createFakeTimeback()
    const unitsWith = (one: object[], two: object[]) => ({
      course: COURSE,
      units: [
        { title: 'One', lessons: one },
        { title: 'Two', lessons: two },
      ],
    })
    await push(unitsWith([LESSON], []), timeback)
    const steps = await plan(unitsWith([], [LESSON]), timeback)
    expect(steps.filter(({ action }) => action.type !== 'same')).toMatchObject([
      {
        id: 'mathapp-g5-cr-adding-fractions',
        action: {
          changes: [
            {
              field: 'courseComponent',
              from: 'mathapp-g5-component-one',
              to: 'mathapp-g5-component-two',
            },
          ],
        },
      },
    ])
  })

  it('never takes the id of a deleted row again, and says what to write instead', async () => {
    const id = 'mathapp-g5-resource-tenths'
    const timeback = createFakeTimeback({
      [`resource/${id}`]: { sourcedId: id, status: 'tobedeleted' },
    })
    const steps = await plan(SMALL, timeback)
    const blocked = steps.filter(({ action }) => action.type === 'blocked')
    expect(blocked).toMatchObject([
      { id, action: { why: expect.stringContaining('give it another "slug" or "resourceId"') } },
      { id: 'mathapp-g5-cr-tenths', action: { why: `waits for resource ${id}` } },
    ])
  })

  it('waits with everything for a course that was deleted', async () => {
    const timeback = createFakeTimeback({
      'course/mathapp-g5': { sourcedId: 'mathapp-g5', status: 'tobedeleted' },
    })
    const steps = await plan(SMALL, timeback)
    expect(steps.every(({ action }) => action.type === 'blocked')).toBe(true)
  })

  it('does nothing about a row that it could not read', async () => {
    const timeback = createFakeTimeback()
    const { read } = timeback.oneRoster
    timeback.oneRoster.read = async (kind, id) =>
      kind === 'class' ? { type: 'refused', status: 403, answer: '' } : read(kind, id)
    const steps = await plan(SMALL, timeback)
    const blocked = steps.filter(({ action }) => action.type === 'blocked')
    expect(blocked.map(({ kind }) => kind)).toEqual(['class', 'enrollment', 'enrollment'])
    expect(blocked[0]?.action).toMatchObject({
      why: expect.stringContaining('ask Timeback for the sc'),
    })
  })
})

describe('an enrolment', () => {
  const enrolling = (...emails: string[]) => ({
    ...SMALL,
    enrollments: emails.map((email) => ({ email })),
  })
  const enrollments = async (file: object, timeback: FakeTimeback) =>
    (await plan(file, timeback)).filter(({ kind }) => kind === 'enrollment')
  const ID = 'mathapp-g5-class-room-5a-student-user-ann'
  const ANN = {
    sourcedId: ID,
    status: 'active',
    role: 'student',
    user: { sourcedId: 'user-ann' },
    class: { sourcedId: 'mathapp-g5-class-room-5a' },
  }

  it('of somebody whom Timeback does not know, or knows twice, is no guess', async () => {
    const file = enrolling('nobody@school.example', 'twins@school.example', 'ann@school.example')
    const steps = await enrollments(file, createFakeTimeback())
    expect(steps.map(({ id, path, action }) => [path, id, action.type])).toEqual([
      ['enrollments.0', undefined, 'blocked'],
      ['enrollments.1', undefined, 'blocked'],
      ['enrollments.2', ID, 'create'],
    ])
    expect(JSON.stringify(steps)).not.toContain('@')
  })

  it('is one where two addresses are one person’s', async () => {
    const file = enrolling('ann@school.example', 'ann.smith@school.example')
    const steps = await enrollments(file, createFakeTimeback())
    expect(steps).toMatchObject([
      { action: { type: 'create' } },
      {
        action: {
          type: 'blocked',
          why: 'is the same person as enrollments.0: take one of them out',
        },
      },
    ])
  })

  it('is not made again where somebody is enrolled by another id', async () => {
    const timeback = createFakeTimeback({ 'enrollment/e-9': { ...ANN, sourcedId: 'e-9' } })
    const steps = await enrollments(enrolling('ann@school.example'), timeback)
    expect(steps).toMatchObject([{ action: { type: 'same' } }])
  })

  it('is made beside one that is over', async () => {
    const over = { ...ANN, sourcedId: 'e-9', endDate: '2026-01-14' }
    const timeback = createFakeTimeback({ 'enrollment/e-9': over })
    const steps = await enrollments(enrolling('ann@school.example'), timeback)
    expect(steps).toMatchObject([{ id: ID, action: { type: 'create' } }])
  })

  it.each([
    ['was ended', { endDate: '2026-01-14T00:00:00.000Z' }],
    ['was deleted', { status: 'tobedeleted' }],
  ])('that %s is not begun again by the same id', async (_, how) => {
    const timeback = createFakeTimeback({ [`enrollment/${ID}`]: { ...ANN, ...how } })
    const steps = await enrollments(enrolling('ann@school.example'), timeback)
    expect(steps).toMatchObject([
      { action: { type: 'blocked', why: expect.stringContaining('give it an "id" of its own') } },
    ])
  })

  it('that ends today is still one', async () => {
    const timeback = createFakeTimeback({ [`enrollment/${ID}`]: { ...ANN, endDate: '2026-01-15' } })
    const steps = await enrollments(enrolling('ann@school.example'), timeback)
    expect(steps).toMatchObject([{ action: { type: 'same' } }])
  })

  it('goes through EduBridge where the file has no classes', async () => {
    const file = { course: COURSE, enrollments: [{ email: 'ann@school.example' }] }
    const [step] = await enrollments(file, createFakeTimeback())
    expect(step).toMatchObject({
      needs: ['course/mathapp-g5'],
      action: {
        type: 'create',
        sending: { type: 'enroll', userId: 'user-ann', courseId: 'mathapp-g5', orgId: 'org-1' },
      },
    })
  })
})

describe('any course', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/)
  const lesson = fc.record({
    title: word,
    xp: fc.integer({ min: 0, max: 50 }),
    lessonType: fc.constantFrom('quiz', 'unit-test'),
  })
  const unit = fc.record({ title: word, lessons: fc.array(lesson, { maxLength: 4 }) })
  const course = fc
    .record({
      units: fc.uniqueArray(unit, { maxLength: 4, selector: ({ title }) => title }),
      hasClass: fc.boolean(),
      grade: fc.integer({ min: -1, max: 13 }),
    })
    .map(({ units, hasClass, grade }) => ({
      course: { ...COURSE, grade },
      units: units.map((one, n) => ({
        ...one,
        lessons: one.lessons.map((each, place) => ({
          ...each,
          slug: `l-${n}-${place}`,
          url: 'https://app.example/',
        })),
      })),
      classes: hasClass ? SMALL.classes : [],
      enrollments: SMALL.enrollments,
    }))

  it('is planned in an order in which each step comes after what it needs', async () => {
    await fc.assert(
      fc.asyncProperty(course, async (file) => {
        const seen = new Set<string>()
        for (const { kind, id, needs } of await plan(file, createFakeTimeback())) {
          expect(needs.filter((key) => !seen.has(key))).toEqual([])
          seen.add(`${kind}/${id}`)
        }
      }),
    )
  })

  it('is the same after it was pushed, over whatever was there before', async () => {
    await fc.assert(
      fc.asyncProperty(course, course, async (before, file) => {
        const timeback = createFakeTimeback()
        await push(before, timeback)
        await push(file, timeback)
        const steps = await plan(file, timeback)
        expect(steps.filter(({ action }) => action.type !== 'same')).toEqual([])
      }),
    )
  })
})
