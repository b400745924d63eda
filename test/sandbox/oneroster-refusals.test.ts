import { describe, expect, it } from 'vitest'
import { openFilledSchool } from './oneroster-client.ts'
import { kindOf, ROW_KINDS } from './oneroster-rows.ts'
import { dropAt, setAt } from './payloads.ts'
import type { Refusal } from './oneroster-client.ts'
import type { RowKind } from './oneroster-rows.ts'

type Many = RowKind['many']

/** The good row is in the school already; it is put again, changed in one place. */
async function putChanged(many: Many, change: (row: Record<string, unknown>) => void) {
  const school = await openFilledSchool()
  const row = kindOf(many).create()
  const id = String(row['sourcedId'])
  const before = school.find(many, id)
  change(row)
  const response = await school.upsert(many, id, row)
  const body: Refusal = await response.json()
  return { status: response.status, body, kept: school.find(many, id) === before }
}

/** Refused for the one reason, said of the one field, and the row stays as it was. */
async function expectRefused(
  many: Many,
  path: string,
  change: (row: Record<string, unknown>) => void,
) {
  const { status, body, kept } = await putChanged(many, change)
  expect(status).toBe(422)
  expect(body.imsx_CodeMinor.imsx_codeMinorField[0]?.imsx_codeMinorFieldValue).toBe('invaliddata')
  expect(body.imsx_error_details?.map((detail) => Object.keys(detail))).toEqual([[path]])
  expect(kept).toBe(true)
}

it.each(ROW_KINDS.map(({ many }) => many))(
  'takes the good %s that each refusal below changes in one place',
  async (many) => {
    const { status } = await putChanged(many, () => {})
    expect(status).toBe(201)
  },
)

describe('refuses a row without', () => {
  it.each<[Many, string]>([
    ['users', 'status'],
    ['users', 'enabledUser'],
    ['users', 'givenName'],
    ['users', 'familyName'],
    ['users', 'roles'],
    ['users', 'roles.0.role'],
    ['users', 'roles.0.roleType'],
    ['users', 'roles.0.org'],
    ['courses', 'status'],
    ['courses', 'title'],
    ['courses', 'org'],
    ['courses', 'org.sourcedId'],
    ['courseComponents', 'status'],
    ['courseComponents', 'title'],
    ['courseComponents', 'course'],
    ['resources', 'title'],
    ['resources', 'vendorResourceId'],
    ['componentResources', 'sourcedId'],
    ['componentResources', 'status'],
    ['componentResources', 'title'],
    ['componentResources', 'courseComponent'],
    ['componentResources', 'resource'],
    ['classes', 'title'],
    ['classes', 'course'],
    ['classes', 'org'],
    ['classes', 'terms'],
    ['enrollments', 'role'],
    ['enrollments', 'user'],
    ['enrollments', 'class'],
    ['assessmentLineItems', 'status'],
    ['assessmentLineItems', 'title'],
    ['assessmentResults', 'status'],
    ['assessmentResults', 'assessmentLineItem'],
    ['assessmentResults', 'assessmentLineItem.sourcedId'],
    ['assessmentResults', 'student'],
    ['assessmentResults', 'student.sourcedId'],
    ['assessmentResults', 'scoreStatus'],
    ['assessmentResults', 'scoreDate'],
  ])('%s %s', async (many, path) => {
    await expectRefused(many, path, (row) => dropAt(row, path))
  })
})

describe('refuses a wrong value', () => {
  it.each<[string, Many, string, unknown]>([
    ['a status of another standard', 'users', 'status', 'inactive'],
    ['a boolean for yes', 'users', 'enabledUser', true],
    ['an e-mail that is none', 'users', 'email', 'ann at school'],
    ['a role that no standard has', 'users', 'roles.0.role', 'pupil'],
    ['no role at all', 'users', 'roles', []],
    ['a grade that is a number', 'users', 'grades.0', 5],
    ['a grade above 13', 'users', 'grades.0', '14'],
    ['a subject in lower case', 'courses', 'subjects.0', 'math'],
    ['an empty title', 'courses', 'title', ''],
    ['a bare id for a reference', 'courses', 'org', 'org-school-example'],
    ['metadata as text', 'courses', 'metadata', '{}'],
    ['metadata as null', 'courses', 'metadata', null],
    ['a place between two others', 'courseComponents', 'sortOrder', 1.5],
    ['an importance nobody published', 'resources', 'importance', 'high'],
    ['a type of lesson nobody published', 'componentResources', 'lessonType', 'video'],
    ['a class of no term', 'classes', 'terms', []],
    ['an enrolment as a guardian', 'enrollments', 'role', 'guardian'],
    ['a boolean for primary', 'enrollments', 'primary', true],
    ['a begin in words', 'enrollments', 'beginDate', 'last August'],
    ['a day that no month has', 'enrollments', 'endDate', '2026-02-30'],
    ['a bound as text', 'assessmentLineItems', 'resultValueMax', '100'],
    ['objectives of no source', 'assessmentLineItems', 'learningObjectiveSet.0.source', ''],
    ['a score as text', 'assessmentResults', 'score', '85'],
    ['a score status in capitals', 'assessmentResults', 'scoreStatus', 'Fully Graded'],
    ['a score status with an underscore', 'assessmentResults', 'scoreStatus', 'fully_graded'],
    ['a day for an instant', 'assessmentResults', 'scoreDate', '2026-01-15'],
    ['an instant without a zone', 'assessmentResults', 'scoreDate', '2026-01-15T14:05:09.000'],
    ['an instant as a number', 'assessmentResults', 'scoreDate', 1_768_485_909_000],
    ['a boolean for in progress', 'assessmentResults', 'inProgress', false],
    ['a boolean for late', 'assessmentResults', 'late', true],
    ['the flat references of an old example', 'assessmentResults', 'student', 'user-77'],
    [
      'an objective without its id',
      'assessmentResults',
      'learningObjectiveSet.0.learningObjectiveResults.0.learningObjectiveId',
      undefined,
    ],
  ])('%s', async (_, many, path, value) => {
    await expectRefused(many, path, (row) => setAt(row, path, value))
  })
})

describe('refuses a reference to what is not there', () => {
  it.each<[Many, string, number]>([
    ['users', 'primaryOrg.sourcedId', 404],
    ['users', 'roles.0.org.sourcedId', 404],
    ['courses', 'org.sourcedId', 404],
    ['courseComponents', 'course.sourcedId', 404],
    ['componentResources', 'courseComponent.sourcedId', 404],
    ['componentResources', 'resource.sourcedId', 500],
    ['classes', 'course.sourcedId', 404],
    ['classes', 'terms.0.sourcedId', 404],
    ['enrollments', 'user.sourcedId', 404],
    ['enrollments', 'class.sourcedId', 404],
    ['assessmentLineItems', 'course.sourcedId', 404],
    ['assessmentLineItems', 'componentResource.sourcedId', 404],
    ['assessmentResults', 'assessmentLineItem.sourcedId', 404],
    ['assessmentResults', 'student.sourcedId', 404],
  ])('%s %s with %s', async (many, path, expected) => {
    const { status, body, kept } = await putChanged(many, (row) => setAt(row, path, 'nowhere'))
    expect(status).toBe(expected)
    expect(body.imsx_description).toContain('nowhere')
    expect(kept).toBe(true)
  })
})

describe('refuses a body', () => {
  const { path } = kindOf('assessmentResults')

  it.each([
    ['of no JSON', '{', 'application/json'],
    ['sent as text', '{"assessmentResult":{}}', 'text/plain'],
    ['without the wrapper', '{"status":"active"}', 'application/json'],
    ['that is a list', '[]', 'application/json'],
  ])('%s', async (_, body, type) => {
    const { sandbox, token } = await openFilledSchool()
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    const request = new Request(`http://sandbox.test${path}`, { method: 'POST', headers, body })
    const response = await sandbox.fetch(request)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ imsx_codeMajor: 'failure' })
    expect(sandbox.rows('assessmentResults')).toHaveLength(1)
  })
})
