import { describe, expect, it } from 'vitest'
import { openFilledSchool, openSchool } from './oneroster-client.ts'
import { G, kindOf, R, ROW_KINDS, S } from './oneroster-rows.ts'
import type { Row, SandboxOptions } from '../../src/sandbox/sandbox.ts'

const RESULTS = `${G}/assessmentResults/`

interface List {
  totalCount: number
  pageCount: number
  pageNumber: number
  offset: number
  limit: number
}

async function openList(options: SandboxOptions = {}) {
  const school = await openFilledSchool(options)
  const list = async (path: string, query: Record<string, string> = {}) => {
    const response = await school.get(`${path}?${new URLSearchParams(query)}`)
    const body: List & Record<string, Row[]> = await response.json()
    const [key = ''] = Object.keys(body)
    const rows = response.ok ? body[key] : undefined
    return { status: response.status, body, key, ids: rows?.map(({ sourcedId }) => sourcedId) }
  }
  const filter = (path: string, text: string) => list(path, { filter: text })
  return { ...school, list, filter }
}

/** Three results of the learner, of which one is deleted. */
async function openResults() {
  const school = await openList()
  const result = kindOf('assessmentResults').create()
  const add = (sourcedId: string, changes: object) =>
    school.create('assessmentResults', { ...result, sourcedId, ...changes })
  await add('ar-2', { score: 9, scoreDate: '2026-01-16T08:00:00.000Z', metadata: { attempt: 2 } })
  await add('ar-3', { score: null, scoreDate: '2026-01-14T23:00:00.000-05:00' })
  await school.erase('assessmentResults', 'ar-3')
  return { ...school, results: (text: string) => school.filter(RESULTS, text) }
}

describe('a list', () => {
  it('has its rows under the plural, with counts', async () => {
    const { list } = await openList()
    const { body, key, ids } = await list(`${R}/enrollments/`, { limit: '4', offset: '8' })
    expect(key).toBe('enrollments')
    expect(ids).toHaveLength(4)
    const { totalCount, pageCount, pageNumber, offset, limit } = body
    expect({ totalCount, pageCount, pageNumber, offset, limit }).toEqual({
      totalCount: 21,
      pageCount: 6,
      pageNumber: 3,
      offset: 8,
      limit: 4,
    })
  })

  it('is read through by offset until an empty page, with no row twice', async () => {
    const { list } = await openList()
    const seen: string[] = []
    for (let offset = 0; ; offset += 4) {
      const { ids = [] } = await list(`${R}/users/`, { limit: '4', offset: String(offset) })
      if (ids.length === 0) break
      seen.push(...ids)
    }
    expect(new Set(seen).size).toBe(16)
    expect(seen).toHaveLength(16)
  })

  it('has 100 rows a page if nobody says', async () => {
    const { list } = await openList()
    expect((await list(RESULTS)).body.limit).toBe(100)
  })

  it.each([
    { limit: '0' },
    { limit: '3001' },
    { limit: 'all' },
    { limit: '-1' },
    { offset: '-1' },
    { offset: '1.5' },
  ])('refuses %j with 422', async (query) => {
    const { list } = await openList()
    const { status, body } = await list(RESULTS, query)
    expect(status).toBe(422)
    expect(body).toMatchObject({ imsx_codeMajor: 'failure' })
  })

  it('takes the largest page there is', async () => {
    const { list } = await openList()
    expect((await list(RESULTS, { limit: '3000' })).status).toBe(200)
  })

  it('does not search, although search is documented', async () => {
    const { list } = await openList()
    expect((await list(`${R}/users/`, { search: 'nobody' })).body.totalCount).toBe(16)
  })

  it('gives only the fields that were asked for', async () => {
    const { list } = await openList()
    const query = { fields: 'sourcedId, title', limit: '1' }
    const { body } = await list(`${R}/courses/`, query)
    expect(body['courses']).toEqual([{ sourcedId: 'course-math-5', title: 'Math 5' }])
  })

  it('refuses a field that no row has', async () => {
    const { list } = await openList()
    expect((await list(`${R}/courses/`, { fields: 'name' })).status).toBe(400)
  })

  it('shows deleted rows, which say so', async () => {
    const { list } = await openResults()
    const { body } = await list(RESULTS)
    const rows = body['assessmentResults']?.map(({ sourcedId, status }) => [sourcedId, status])
    expect(rows).toEqual([
      ['tbk-ar-5b1e', 'active'],
      ['ar-2', 'active'],
      ['ar-3', 'tobedeleted'],
    ])
  })
})

describe('sorting', () => {
  it.each([
    [{ sort: 'scoreDate' }, ['ar-3', 'tbk-ar-5b1e', 'ar-2']],
    [{ sort: 'scoreDate', orderBy: 'desc' }, ['ar-2', 'tbk-ar-5b1e', 'ar-3']],
    // By value: 9 is less than 85.
    [{ sort: 'score', orderBy: 'asc' }, ['ar-3', 'ar-2', 'tbk-ar-5b1e']],
  ])('by %j', async (query, expected) => {
    const { list } = await openResults()
    expect((await list(RESULTS, query)).ids).toEqual(expected)
  })

  it.each([{ sort: 'grade' }, { sort: 'score', orderBy: 'up' }])('refuses %j', async (query) => {
    const { list } = await openResults()
    expect((await list(RESULTS, query)).status).toBe(400)
  })
})

describe('a filter', () => {
  it.each([
    ["student.sourcedId='user-77' AND score='85'", ['tbk-ar-5b1e']],
    ["assessmentLineItem.sourcedId='tbk-ali-9f2c' AND status='active'", ['tbk-ar-5b1e', 'ar-2']],
    ["status='active' AND assessmentLineItem.sourcedId='tbk-ali-9f2c' AND score<'50'", ['ar-2']],
    ["status!='active'", ['ar-3']],
    // A field that is not there is none of the value.
    ["comment!='late'", ['tbk-ar-5b1e', 'ar-2', 'ar-3']],
    ["comment='late'", []],
    ["score>'9'", ['tbk-ar-5b1e']],
    ["score>='9'", ['tbk-ar-5b1e', 'ar-2']],
    ["score<='9'", ['ar-2']],
    ["scoreDate>='2026-01-15T14:05:09.000Z'", ['tbk-ar-5b1e', 'ar-2']],
    // 23:00 at -05:00 is 04:00 of the next day.
    ["scoreDate<'2026-01-15'", []],
    ["scoreDate<'2026-01-15T04:00:01Z'", ['ar-3']],
    ["metadata.attempt='2'", ['ar-2']],
    ["metadata.runId='none'", []],
    ["sourcedId~'AR-'", ['tbk-ar-5b1e', 'ar-2', 'ar-3']],
    ["sourcedId@'ar-2, ar-3'", ['ar-2', 'ar-3']],
    ["sourcedId='ar-2' OR sourcedId='ar-3'", ['ar-2', 'ar-3']],
    ["sourcedId='ar-2' OR status='active' AND score='85'", ['tbk-ar-5b1e', 'ar-2']],
    ["sourcedId = 'ar-2'", ['ar-2']],
    ["student.sourcedId='nobody'", []],
  ])('%s', async (text, expected) => {
    const { results } = await openResults()
    const { status, ids } = await results(text)
    expect(status).toBe(200)
    expect(ids).toEqual(expected)
  })

  it.each([
    "assessmentLineItem.course.sourcedId='course-123'",
    "student='user-77'",
    "studentSourcedId='user-77'",
    "xp='12'",
    "metadata='12'",
    'score=85',
    'score="85"',
    "score='85",
    "score='85' and status='active'",
    "score='85'AND status='active'",
    "score='85' AND",
    "score==='85'",
    "score='O'Brien'",
    'score',
    '',
  ])('refuses %s with 400', async (text) => {
    const { results } = await openResults()
    const { status, body } = await results(text)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: 'invaliddata' }] },
    })
  })

  it('finds nothing to compare in a list of objects', async () => {
    const { filter } = await openList()
    expect((await filter(`${R}/users/`, "roles~'student'")).status).toBe(400)
  })

  it('is met by any value of a list', async () => {
    const { filter } = await openList()
    expect((await filter(`${R}/courses/`, "subjects='Reading'")).ids).toEqual(['course-reading-5'])
    expect((await filter(`${R}/classes/`, "terms.sourcedId='term-2025'")).ids).toHaveLength(3)
  })

  it('reads a doubled quote as one', async () => {
    const { filter, create } = await openList()
    const user = { ...kindOf('users').create(), sourcedId: 'user-78', familyName: "O'Brien" }
    await create('users', user)
    expect((await filter(`${R}/users/`, "familyName='O''Brien'")).ids).toEqual(['user-78'])
  })
})

describe('a user by e-mail', () => {
  it.each([
    ['learner@school.example', ['demo-learner']],
    ['nobody@school.example', []],
    ['twins@school.example', ['twin-a', 'twin-b']],
  ])('%s', async (email, expected) => {
    const { list } = await openList()
    const { ids } = await list(`${R}/users/`, { filter: `email='${email}'`, limit: '2' })
    expect(ids).toEqual(expected)
  })
})

describe('a part of another list', () => {
  it.each([
    [`${R}/students/`, 'users', 15],
    [`${R}/schools/`, 'orgs', 1],
    [`${R}/terms/`, 'academicSessions', 1],
    [`${R}/gradingPeriods/`, 'academicSessions', 0],
    [`${R}/users/demo-learner/classes`, 'classes', 2],
    [`${R}/students/learner-unenrolled/classes`, 'classes', 0],
    [`${R}/courses/course-math-5/classes`, 'classes', 1],
    [`${R}/classes/class-math-5/students`, 'users', 13],
    [`${R}/classes/class-math-5/teachers`, 'users', 1],
    [`${R}/classes/nowhere/students`, 'users', 0],
    [`${R}/schools/org-school-example/enrollments`, 'enrollments', 21],
    [`${R}/schools/org-school-example/classes/class-123/enrollments`, 'enrollments', 1],
    [`${S}/resources/courses/course-123/resources`, 'resources', 1],
  ])('%s answers with %s', async (path, key, count) => {
    const { list } = await openList()
    const { status, ...found } = await list(path)
    expect(status).toBe(200)
    expect(found.key).toBe(key)
    expect(found.body.totalCount).toBe(count)
  })

  it('is filtered as its kind is', async () => {
    const { filter } = await openList()
    const { ids } = await filter(`${R}/classes/class-math-5/students`, "givenName='Mira'")
    expect(ids).toEqual(['demo-learner'])
  })

  it('has items of its own, and not those of the whole', async () => {
    const { get } = await openList()
    expect((await get(`${R}/students/demo-learner`)).status).toBe(200)
    expect((await get(`${R}/students/demo-teacher`)).status).toBe(404)
  })

  it('leaves out who is no longer enrolled', async () => {
    const { erase, list } = await openList()
    await erase('enrollments', 'enr-demo-learner-math-5')
    expect((await list(`${R}/classes/class-math-5/students`)).ids).not.toContain('demo-learner')
  })
})

describe('a collection without its slash', () => {
  const bare = [`${R}/users`, `${S}/resources`, RESULTS.slice(0, -1), `${R}/students`]

  it.each(bare)('%s is not found', async (path) => {
    const { get, post } = await openSchool()
    expect((await get(path)).status).toBe(404)
    expect((await post(path, {})).status).toBe(404)
  })

  it.each(bare)('%s is as told', async (path) => {
    const refusing = await openSchool({ missingSlash: 422 })
    expect((await refusing.get(path)).status).toBe(422)
    const taking = await openSchool({ missingSlash: 'accept' })
    expect((await taking.get(path)).status).toBe(200)
    expect((await taking.get(`${path}/`)).status).toBe(200)
  })

  it.each(['components', 'component-resources'])(
    'is how courses/%s are asked for',
    async (part) => {
      const { get } = await openSchool()
      expect((await get(`${R}/courses/${part}`)).status).toBe(200)
      expect((await get(`${R}/courses/${part}/`)).status).toBe(404)
    },
  )

  it.each(ROW_KINDS.map(({ many }) => many))('does not make an item of %s', async (many) => {
    const { get } = await openFilledSchool()
    const { path, create } = kindOf(many)
    const id = String(create()['sourcedId'])
    expect((await get(`${path.replace(/\/$/, '')}/${id}`)).status).toBe(200)
    expect((await get(`${path.replace(/\/$/, '')}/${id}/`)).status).toBe(404)
  })
})
