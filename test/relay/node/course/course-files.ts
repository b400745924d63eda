// Course files for the tests: a small whole one, and what is done to it.

import { readCourseFile } from '../../../../src/relay/node/course/read-file.ts'
import type { Wanted } from '../../../../src/relay/node/course/wanted.ts'

export const COURSE = {
  id: 'mathapp-g5',
  title: 'MathApp: Grade 5',
  subject: 'Math',
  grade: 5,
  org: 'org-1',
}

export const LESSON = { title: 'Adding fractions', url: 'https://app.example/adding', xp: 10 }

/** Two units with three lessons, one class, two learners. */
export const SMALL = {
  course: { ...COURSE, goals: { dailyXp: 25 } },
  units: [
    {
      title: 'Fractions',
      lessons: [
        LESSON,
        { title: 'Fractions quiz', url: 'https://app.example/quiz', xp: 5, lessonType: 'quiz' },
      ],
    },
    {
      title: 'Decimals',
      lessons: [{ title: 'Tenths', url: 'https://app.example/tenths', xp: 8.5 }],
    },
  ],
  classes: [{ title: 'Room 5a', terms: ['term-1'] }],
  enrollments: [{ email: 'ann@school.example' }, { email: 'ben@school.example', role: 'teacher' }],
}

/** What a right file asks for; throws for a wrong one. */
export function toWantedOf(file: object): Wanted {
  const read = readCourseFile(JSON.stringify(file))
  if (read.type === 'wrong') throw new TypeError(JSON.stringify(read.problems))
  return read.wanted
}
