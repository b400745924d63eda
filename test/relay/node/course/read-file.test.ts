import { describe, expect, it } from 'vitest'
import { readCourseFile } from '../../../../src/relay/node/course/read-file.ts'
import { COURSE, LESSON, SMALL } from './course-files.ts'

/** `path: message` of each problem. */
function complain(file: unknown): string[] {
  const read = readCourseFile(typeof file === 'string' ? file : JSON.stringify(file))
  return read.type === 'wrong'
    ? read.problems.map(({ path, message }) => `${path}: ${message}`)
    : []
}

const withCourse = (course: object) => ({ course: { ...COURSE, ...course } })
const withLessons = (...lessons: object[]) => ({
  course: COURSE,
  units: [{ title: 'Fractions', lessons }],
})
const { title: _title, ...untitled } = COURSE
const { xp: _xp, ...withoutXp } = LESSON

describe('a course file', () => {
  it.each([
    ['a whole one', SMALL],
    ['no more than a course', { course: COURSE }],
    ['a list of grades', withCourse({ grade: [5, 6] })],
    ['the address of its schema', { $schema: './course.schema.json', course: COURSE }],
    ['a byte order mark', `\uFEFF${JSON.stringify({ course: COURSE })}`],
    ['a lesson without XP to win', withLessons({ ...LESSON, xp: 0 })],
    [
      'a title in another script, with a slug',
      withLessons({ ...LESSON, title: 'Дроби', slug: 'drobi' }),
    ],
  ])('may be %s', (_, file) => {
    expect(complain(file)).toEqual([])
  })

  it.each([
    ['no JSON', '{"course": {}', ': is not JSON here'],
    ['a list', [], ': must be an object'],
    ['nothing', {}, 'course: is missing: it must be an object'],
    ['no title', { course: untitled }, 'course.title: is missing'],
    ['an empty title', withCourse({ title: ' ' }), 'course.title: is empty'],
    [
      'a subject of its own',
      withCourse({ subject: 'Maths' }),
      'course.subject: must be one of Reading',
    ],
    ['a grade past the last', withCourse({ grade: 14 }), 'course.grade: ends at 13, which is AP'],
    ['a grade in words', withCourse({ grade: 'five' }), 'course.grade: must be a whole number'],
    ['one wrong grade of two', withCourse({ grade: [5, -2] }), 'course.grade.1: begins at -1'],
    ['no grade in the list', withCourse({ grade: [] }), 'course.grade: needs at least one'],
    ['an id that climbs', withCourse({ id: '..' }), 'course.id: takes letters'],
    ['an id with a slash', withCourse({ org: 'a/b' }), 'course.org: takes letters'],
    [
      'a goal in words',
      withCourse({ goals: { dailyXp: '25' } }),
      'course.goals.dailyXp: must be a num',
    ],
    ['a goal over all', withCourse({ goals: { dailyAccuracy: 101 } }), 'is a percentage'],
    [
      'a mistyped field',
      withCourse({ orgg: 'x' }),
      'course.orgg: is no field of this; there are id, t',
    ],
    ['a field of another format', { ...SMALL, enrolments: [] }, 'enrolments: is no field of this'],
    [
      'a lesson without XP',
      withLessons(withoutXp),
      'units.0.lessons.0.xp: is missing: it must be a num',
    ],
    ['XP below nothing', withLessons({ ...LESSON, xp: -1 }), 'lessons.0.xp: must be 0 or more'],
    [
      'an address that is none',
      withLessons({ ...LESSON, url: '/adding' }),
      'url: must be an http(s)',
    ],
    [
      'an address to run',
      withLessons({ ...LESSON, url: 'javascript:a' }),
      'url: must be an http(s)',
    ],
    [
      'a lesson type of its own',
      withLessons({ ...LESSON, lessonType: 'game' }),
      'must be one of power',
    ],
    ['a title in another script', withLessons({ ...LESSON, title: 'Дроби' }), 'needs a "slug"'],
    [
      'a course title in another script',
      withCourse({ title: 'Дроби', id: undefined }),
      'needs an "id"',
    ],
    [
      'the same lesson twice',
      withLessons(LESSON, LESSON),
      'units.0.lessons.1: is "adding-fractions" as units.0.lessons.0 is',
    ],
    [
      'a lesson of that name in two units',
      { course: COURSE, units: [1, 2].map((n) => ({ title: `Unit ${n}`, lessons: [LESSON] })) },
      'units.1.lessons.0: is "adding-fractions" as units.0.lessons.0 is',
    ],
    [
      'a class without terms',
      { course: COURSE, classes: [{ title: 'a', terms: [] }] },
      'terms: needs',
    ],
    [
      'an e-mail that is none',
      { course: COURSE, enrollments: [{ email: 'ann' }] },
      'must be an e-mail',
    ],
    [
      'a class that is not there',
      { ...SMALL, enrollments: [{ email: 'ann@school.example', class: '6b' }] },
      'enrollments.0.class: is no class of this file; there is room-5a',
    ],
    [
      'a choice of classes and none chosen',
      { ...SMALL, classes: ['a', 'b'].map((title) => ({ title, terms: ['t'] })) },
      'enrollments.0: needs a "class": a, b',
    ],
    [
      'somebody twice',
      {
        ...SMALL,
        enrollments: ['ann@school.example', 'Ann@school.example'].map((email) => ({ email })),
      },
      'enrollments.1: is the same as enrollments.0',
    ],
    [
      'a lesson of that name, though under ids of its own',
      withLessons(LESSON, { ...LESSON, id: 'a', resourceId: 'b' }),
      'units.0.lessons.1: is "adding-fractions" as units.0.lessons.0 is',
    ],
    [
      'a title in another script, though with ids',
      withLessons({ ...LESSON, title: 'Дроби', id: 'a', resourceId: 'b' }),
      'needs a "slug"',
    ],
    [
      'one id for two lessons',
      withLessons({ ...LESSON, id: 'a' }, { ...LESSON, slug: 'more', id: 'a' }),
      'units.0.lessons.1: has the same id as units.0.lessons.0, a: give it a "slug" or an id',
    ],
    [
      'the same unit twice',
      { course: COURSE, units: [1, 2].map(() => ({ title: 'Fractions' })) },
      'units.1: has the same id as units.0',
    ],
    [
      'one enrolment’s id for two',
      { ...SMALL, enrollments: SMALL.enrollments.map((one) => ({ ...one, id: 'e-1' })) },
      'enrollments.1: is the same as enrollments.0',
    ],
  ])('with %s is refused, and says where and what to do', (_, file, said) => {
    const complaints = complain(file)
    expect(complaints.length).toBeGreaterThan(0)
    expect(complaints.join('\n')).toContain(said)
  })

  it('is told everything that is wrong with it at once, each with its line', () => {
    const text = `{
  "course": {
    "title": "",
    "grade": 5, "org": "org-1"
  },
  "units": [
    { "title": "Fractions", "lessons": [
      { "title": "Adding", "url": "https://app.example", "xp": 1 },
      { "title": "Taking away", "url": "https://app.example",
        "xp": "1" }
    ] }
  ]
}`
    const read = readCourseFile(text)
    const lines = read.type === 'wrong' ? read.problems.map(({ path, line }) => [path, line]) : []
    expect(lines).toEqual([
      ['course.title', 3],
      ['course.subject', 2],
      ['units.0.lessons.1.xp', 10],
    ])
  })

  it('is told the line at which it stops to be JSON', () => {
    const read = readCourseFile('{\n  "course": {\n    "title": "a",\n  }\n}')
    expect(read).toMatchObject({ type: 'wrong', problems: [{ path: '', line: 4 }] })
  })

  it('never has an e-mail address repeated to who reads the complaint', () => {
    const wrong = { ...SMALL, enrollments: [{ email: 'ann smith@school.example' }] }
    expect(complain(wrong).join()).not.toContain('smith')
    expect(complain(JSON.stringify(SMALL).replace('ann@', '"ann@')).join()).not.toContain('ann')
  })
})
