import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COURSE, LESSON, SMALL, toWantedOf } from './course-files.ts'

const rowOf = (file: object, id: string) =>
  toWantedOf(file).items.find((item) => item.id === id)?.row

describe('what a course file asks for', () => {
  it('is one row for each part, under ids that are derived from the course', () => {
    expect(toWantedOf(SMALL).items.map(({ kind, id }) => [kind, id])).toEqual([
      ['course', 'mathapp-g5'],
      ['component', 'mathapp-g5-component-fractions'],
      ['component', 'mathapp-g5-component-decimals'],
      ['resource', 'mathapp-g5-resource-adding-fractions'],
      ['resource', 'mathapp-g5-resource-fractions-quiz'],
      ['resource', 'mathapp-g5-resource-tenths'],
      ['class', 'mathapp-g5-class-room-5a'],
      ['componentResource', 'mathapp-g5-cr-adding-fractions'],
      ['componentResource', 'mathapp-g5-cr-fractions-quiz'],
      ['componentResource', 'mathapp-g5-cr-tenths'],
    ])
  })

  it('is a course whose totals are those of its lessons, where the file gives none', () => {
    expect(rowOf(SMALL, 'mathapp-g5')).toEqual({
      sourcedId: 'mathapp-g5',
      status: 'active',
      title: 'MathApp: Grade 5',
      subjects: ['Math'],
      grades: ['5'],
      org: { sourcedId: 'org-1' },
      metadata: { goals: { dailyXp: 25 }, metrics: { totalXp: 23.5, totalLessons: 3 } },
    })
    const given = { ...SMALL, course: { ...COURSE, metrics: { totalXp: 100 } } }
    expect(rowOf(given, 'mathapp-g5')).toMatchObject({
      metadata: { metrics: { totalXp: 100, totalLessons: 3 } },
    })
  })

  it('is a resource with its address and its XP in the metadata, and never beside', () => {
    expect(rowOf(SMALL, 'mathapp-g5-resource-fractions-quiz')).toEqual({
      sourcedId: 'mathapp-g5-resource-fractions-quiz',
      status: 'active',
      title: 'Fractions quiz',
      vendorResourceId: 'mathapp-g5-resource-fractions-quiz',
      importance: 'primary',
      roles: ['primary'],
      metadata: { xp: 5, url: 'https://app.example/quiz', lessonType: 'quiz' },
    })
  })

  it('is a component-resource that joins the two, with the lesson type twice', () => {
    expect(rowOf(SMALL, 'mathapp-g5-cr-fractions-quiz')).toEqual({
      sourcedId: 'mathapp-g5-cr-fractions-quiz',
      status: 'active',
      title: 'Fractions quiz',
      courseComponent: { sourcedId: 'mathapp-g5-component-fractions' },
      resource: { sourcedId: 'mathapp-g5-resource-fractions-quiz' },
      sortOrder: 2,
      lessonType: 'quiz',
      metadata: { lessonType: 'quiz' },
    })
  })

  it('takes the ids that the file gives, and derives the course’s from its code before its title', () => {
    const lesson = { ...LESSON, id: 'course-1-cr', resourceId: 'course-1-resource' }
    const units = [{ title: 'All', id: 'course-1-component', lessons: [lesson] }]
    const { id: _, ...nameless } = COURSE
    const ids = toWantedOf({ course: { ...nameless, code: 'MATH-5' }, units }).items.map(
      ({ id }) => id,
    )
    expect(ids).toEqual(['MATH-5', 'course-1-component', 'course-1-resource', 'course-1-cr'])
    expect(toWantedOf({ course: nameless }).courseId).toBe('mathapp-grade-5')
  })

  it('is the lesson of the whole course too, where the file says the app’s address, without XP', () => {
    const { items } = toWantedOf({ ...SMALL, course: { ...COURSE, url: 'https://app.example/' } })
    const whole = items.filter(({ kind, path }) => path === 'course' && kind !== 'course')
    expect(whole.map(({ kind, id }) => [kind, id])).toEqual([
      ['component', 'mathapp-g5-component'],
      ['resource', 'mathapp-g5-resource'],
      ['componentResource', 'mathapp-g5-cr'],
    ])
    expect(whole[1]?.row.metadata).toEqual({ url: 'https://app.example/' })
    expect(whole[2]?.row).toMatchObject({
      courseComponent: { sourcedId: 'mathapp-g5-component' },
      resource: { sourcedId: 'mathapp-g5-resource' },
    })
    // It adds nothing to what there is to learn.
    expect(items[0]?.row.metadata).toEqual({ metrics: { totalXp: 23.5, totalLessons: 3 } })
  })

  it('keeps every id when units and lessons change places', () => {
    const titles = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 2, maxLength: 8 })
    fc.assert(
      fc.property(titles, fc.nat(), (names, seed) => {
        const lessons = names.map((title) => ({ ...LESSON, title }))
        const turned = lessons.map((_, n) => lessons[(n + seed) % lessons.length])
        const idsOf = (list: unknown[]) =>
          toWantedOf({ course: COURSE, units: [{ title: 'All', lessons: list }] }).items.map(
            ({ kind, id, title }) => `${kind} ${id} ${title}`,
          )
        expect(idsOf(turned).toSorted()).toEqual(idsOf(lessons).toSorted())
      }),
    )
  })

  it('puts everything after what it needs', () => {
    const { items } = toWantedOf(SMALL)
    const seen = new Set<string>()
    for (const { kind, id, needs } of items) {
      expect(needs.filter((key) => !seen.has(key))).toEqual([])
      seen.add(`${kind}/${id}`)
    }
  })
})
