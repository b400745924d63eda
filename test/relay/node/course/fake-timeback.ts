// Timeback in memory, behind the two clients: rows that can be written and read, and what goes wrong on request.

import type { Timeback } from '../../../../src/relay/node/course/read-facts.ts'
import type { Answer } from '../../../../src/timeback/answer.ts'
import type { EduBridgeEnrollment } from '../../../../src/timeback/edubridge.ts'
import type { Enrollment, Row } from '../../../../src/timeback/oneroster.ts'

export const USERS: Record<string, string[]> = {
  'ann@school.example': ['user-ann'],
  'ann.smith@school.example': ['user-ann'],
  'ben@school.example': ['user-ben'],
  'twins@school.example': ['user-tom', 'user-tim'],
}

export interface FakeTimeback extends Timeback {
  /** By `kind/id`. */
  rows: Map<string, Row>
  /** `put kind/id`, `enroll user course`, in their order. */
  writes: string[]
  /** Answers of the next writes whose line begins so; taken off as they are given. `after` does it all the same. */
  faults: { on: string; answer: Answer<never>; after?: boolean }[]
}

export const LOST: Answer<never> = { type: 'retry', reason: 'no_answer' }
export const REFUSED: Answer<never> = {
  type: 'refused',
  status: 422,
  answer: '{"imsx_description":"bad"}',
}

const toRef = (sourcedId: unknown) => ({ sourcedId: String(sourcedId), name: null })

export function createFakeTimeback(before: Record<string, Row> = {}): FakeTimeback {
  const rows = new Map(Object.entries(before))
  const writes: string[] = []
  const faults: FakeTimeback['faults'] = []

  /** Writes, unless a fault says that it never came through. */
  async function write<T>(line: string, act: () => T): Promise<Answer<T>> {
    writes.push(line)
    const n = faults.findIndex(({ on }) => line.startsWith(on))
    const [fault] = n < 0 ? [] : faults.splice(n, 1)
    if (fault && !fault.after) return fault.answer
    const value = act()
    return fault ? fault.answer : { type: 'read', value }
  }

  const valuesOf = (kind: string) =>
    [...rows].filter(([key]) => key.startsWith(`${kind}/`)).map(([, row]) => row)
  const enrolledIn = (userId: string) =>
    valuesOf('enrollment').filter((row) => toId(row.user) === userId && row.status === 'active')

  return {
    rows,
    writes,
    faults,
    oneRoster: {
      read: async (kind, id) => {
        const value = rows.get(`${kind}/${id}`)
        return value ? { type: 'read', value } : { type: 'absent' }
      },
      put: async (kind, id, row) =>
        write(`put ${kind}/${id}`, () => {
          const value = structuredClone({ ...row, sourcedId: id }) as Row
          rows.set(`${kind}/${id}`, value)
          return value
        }),
      list: async (kind, filter) => ({
        type: 'read',
        value: valuesOf(kind).filter((row) =>
          Object.entries(filter).every(([field, value]) => readField(row, field) === value),
        ),
      }),
      findUsers: async (email) => ({
        type: 'read',
        value: (USERS[email] ?? []).map((sourcedId) => ({
          sourcedId,
          status: 'active',
          email,
          roles: [],
          grades: [],
          primaryOrg: null,
          metadata: {},
        })),
      }),
      listEnrollments: async (userId) => ({
        type: 'read',
        value: enrolledIn(userId).map(toEnrollment),
      }),
    },
    eduBridge: {
      listEnrollments: async (userId) => ({
        type: 'read',
        value: enrolledIn(userId).map(toEduBridgeEnrollment),
      }),
      enroll: async (userId, courseId, _schoolId, body) =>
        write(`enroll ${userId} ${courseId}`, () => {
          // Twice is twice here, as nobody promises otherwise.
          const sourcedId = `${body?.sourcedId}${'+'.repeat(writes.length)}`
          const course = { sourcedId: courseId }
          const user = { sourcedId: userId }
          rows.set(`enrollment/${sourcedId}`, {
            sourcedId,
            status: 'active',
            role: body?.role,
            user,
            course,
          })
          return { id: sourcedId }
        }),
    },
  }
}

function toEnrollment(row: Row): Enrollment {
  return {
    sourcedId: row.sourcedId,
    status: 'active',
    role: String(row.role),
    beginDate: null,
    endDate: (row.endDate as string | undefined) ?? null,
    user: toRef(toId(row.user)),
    class: row.class ? toRef(toId(row.class)) : null,
    course: row.course ? toRef(toId(row.course)) : null,
    school: null,
    metadata: {},
  }
}

function toEduBridgeEnrollment(row: Row): EduBridgeEnrollment {
  const metrics = { totalXp: null, totalLessons: null }
  return {
    id: row.sourcedId,
    role: String(row.role),
    beginDate: null,
    endDate: (row.endDate as string | undefined) ?? null,
    course: {
      id: String(toId(row.course)),
      title: null,
      subjects: [],
      grades: [],
      metrics,
      primaryApp: null,
    },
    school: null,
    goals: {
      dailyXp: null,
      dailyLessons: null,
      dailyActiveMinutes: null,
      dailyAccuracy: null,
      dailyMasteredUnits: null,
    },
    metrics,
  }
}

const toId = (reference: unknown) => (reference as { sourcedId?: string } | null)?.sourcedId

function readField(row: Row, field: string): unknown {
  return field.split('.').reduce<unknown>((value, name) => Object(value)[name] as unknown, row)
}
