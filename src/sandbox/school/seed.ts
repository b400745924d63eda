/**
 * The school that a sandbox starts with: one org, two courses, ten learners and a teacher, and four learners who are
 * there to go wrong. Every name is made up. Nothing in it depends on the clock: who is enrolled has been since 2025,
 * without an end, and the one who has left did so at the end of that year.
 */
import { createCourse, ORG_ID } from './seed-course.ts'
import type { SchoolRows } from './school.ts'
import type { Fields } from '../oneroster/rows.ts'

const TERM_ID = 'term-2025'

const BEGIN_DATE = '2025-08-13T00:00:00.000Z'
const PAST_DATE = '2025-12-19T23:59:59.999Z'

/** The first is the learner of the demo. */
const LEARNERS = [
  ['demo-learner', 'Mira', 'Halloway', 'learner'],
  ['learner-2', 'Tomas', 'Brandt', 'tomas'],
  ['learner-3', 'Aiko', 'Sundqvist', 'aiko'],
  ['learner-4', 'Ferran', 'Okoye', 'ferran'],
  ['learner-5', 'Lena', 'Marchetti', 'lena'],
  ['learner-6', 'Idris', 'Vance', 'idris'],
  ['learner-7', 'Noor', 'Castellan', 'noor'],
  ['learner-8', 'Pavel', 'Whitlow', 'pavel'],
  ['learner-9', 'Saoirse', 'Lindgren', 'saoirse'],
  ['learner-10', 'Jun', 'Abernathy', 'jun'],
] as const

/** Courses, users and enrolments, all accepted as a client's rows would be. */
export function createSeed(): SchoolRows {
  const math = createCourse({ id: 'course-math-5', title: 'Math 5', subject: 'Math' })
  const reading = createCourse({ id: 'course-reading-5', title: 'Reading 5', subject: 'Reading' })
  return {
    orgs: [{ sourcedId: ORG_ID, status: 'active', name: 'Example School', type: 'school' }],
    academicSessions: [createTerm()],
    users: createUsers(),
    courses: [math.course, reading.course],
    resources: [...math.resources, ...reading.resources],
    courseComponents: [...math.components, ...reading.components],
    componentResources: [...math.lessons, ...reading.lessons],
    classes: [createClass('math-5', 'Math 5'), createClass('reading-5', 'Reading 5')],
    enrollments: createEnrollments(),
  }
}

function createTerm(): Fields {
  return {
    sourcedId: TERM_ID,
    status: 'active',
    title: 'School year 2025',
    type: 'term',
    startDate: '2025-08-13',
    endDate: '2026-07-31',
    schoolYear: '2026',
    org: { sourcedId: ORG_ID },
  }
}

function createUsers(): Fields[] {
  const learners = LEARNERS.map(([id, given, family, mailbox]) =>
    createUser(id, given, family, mailbox),
  )
  return [
    ...learners.map((learner) => ({ ...learner, userProfiles: [createProfile()] })),
    createUser('learner-past', 'Corin', 'Ashby', 'corin'),
    createUser('learner-unenrolled', 'Wren', 'Delacroix', 'wren'),
    createUser('twin-a', 'Ada', 'Merriweather', 'twins'),
    createUser('twin-b', 'Bea', 'Merriweather', 'twins'),
    createUser('demo-teacher', 'Ruth', 'Caldwell', 'teacher', 'teacher'),
  ]
}

function createUser(
  sourcedId: string,
  givenName: string,
  familyName: string,
  mailbox: string,
  role: 'student' | 'teacher' = 'student',
): Fields {
  const org = { sourcedId: ORG_ID }
  return {
    sourcedId,
    status: 'active',
    enabledUser: 'true',
    givenName,
    familyName,
    email: `${mailbox}@school.example`,
    roles: [{ roleType: 'primary', role, org }],
    ...(role === 'student' && { grades: ['5'] }),
    primaryOrg: org,
    metadata: { isTestUser: true },
  }
}

/** Rows of the real school can hold such; whatever passes rows on has to leave it out. */
function createProfile(): Fields {
  const credentials = [{ type: 'app', username: 'made-up', password: 'never-to-a-browser' }]
  return { profileId: 'profile-1', profileType: 'app', vendorId: 'vendor-1', credentials }
}

function createClass(name: string, title: string): Fields {
  return {
    sourcedId: `class-${name}`,
    status: 'active',
    title: `${title}, morning`,
    course: { sourcedId: `course-${name}` },
    org: { sourcedId: ORG_ID },
    terms: [{ sourcedId: TERM_ID }],
    grades: ['5'],
  }
}

function createEnrollments(): Fields[] {
  const learners = LEARNERS.map(([id]) => id)
  return [
    ...learners.map((id) => createEnrollment(id, 'math-5')),
    ...learners.slice(0, 5).map((id) => createEnrollment(id, 'reading-5')),
    createEnrollment('twin-a', 'math-5'),
    createEnrollment('twin-b', 'math-5'),
    // Active, and over: what makes `status` alone too little.
    createEnrollment('learner-past', 'math-5', { endDate: PAST_DATE }),
    createEnrollment('demo-teacher', 'math-5', { role: 'teacher' }),
    createEnrollment('demo-teacher', 'reading-5', { role: 'teacher' }),
  ]
}

function createEnrollment(userId: string, name: string, changes: Fields = {}): Fields {
  return {
    sourcedId: `enr-${userId}-${name}`,
    status: 'active',
    role: 'student',
    primary: 'true',
    beginDate: BEGIN_DATE,
    endDate: null,
    user: { sourcedId: userId },
    class: { sourcedId: `class-${name}` },
    metadata: { metrics: { totalXp: 0, totalLessons: 0 } },
    ...changes,
  }
}
