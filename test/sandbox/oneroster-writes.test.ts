import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import { openFilledSchool, openSchool } from './oneroster-client.ts'
import { itemPath, kindOf, R, ROW_KINDS } from './oneroster-rows.ts'
import type { RowKind } from './oneroster-rows.ts'

const MANY = ROW_KINDS.map(({ many }) => many)
const PATCHED: RowKind['many'][] = ['enrollments', 'assessmentLineItems', 'assessmentResults']
const SCOPE = 'https://purl.imsglobal.org/spec/or/v1p1/scope/'

describe('POST', () => {
  it('answers with the pair of ids, and the row is there', async () => {
    const { create, find } = await openSchool()
    const response = await create('users', kindOf('users').create())
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({
      sourcedIdPairs: { suppliedSourcedId: 'user-77', allocatedSourcedId: 'user-77' },
    })
    expect(find('users', 'user-77')).toMatchObject({ email: 'ann@school.example' })
  })

  it('mints an id for a row that has none', async () => {
    const { sandbox, create } = await openFilledSchool()
    const { sourcedId: _none, ...row } = kindOf('assessmentResults').create()
    const response = await create('assessmentResults', row)
    const body: { sourcedIdPairs: { allocatedSourcedId: string } } = await response.json()
    const minted = body.sourcedIdPairs.allocatedSourcedId
    expect(minted).toMatch(/^[\da-f-]{36}$/)
    expect(sandbox.rows('assessmentResults').map(({ sourcedId }) => sourcedId)).toContain(minted)
  })

  it.each<[RowKind['many'], number]>([
    ['courses', 404],
    ['componentResources', 500],
    ['users', 422],
    ['assessmentResults', 422],
  ])('refuses the id of another row among %s with %s', async (many, status) => {
    const { create, find } = await openFilledSchool()
    const row = kindOf(many).create()
    const before = find(many, String(row['sourcedId']))
    expect((await create(many, row)).status).toBe(status)
    expect(find(many, String(row['sourcedId']))).toBe(before)
  })

  it('refuses the id of a deleted course', async () => {
    const { create, erase } = await openFilledSchool()
    await erase('courses', 'course-123')
    expect((await create('courses', kindOf('courses').create())).status).toBe(404)
  })

  it('says in which course and school an enrolment is', async () => {
    const { find } = await openFilledSchool()
    expect(find('enrollments', 'enr-1')).toMatchObject({
      course: { sourcedId: 'course-123', name: 'MathApp: Grade 5' },
      school: { sourcedId: 'org-school-example' },
    })
  })

  it('drops in silence what no schema names, as a url beside the metadata', async () => {
    const { create, find } = await openSchool()
    const row = { ...kindOf('resources').create(), url: 'https://app.example/x' }
    expect((await create('resources', row)).status).toBe(201)
    expect(find('resources', 'course-123-resource')).not.toHaveProperty('url')
  })
})

describe('PUT', () => {
  it.each(MANY)('makes a row of %s, and answers 201 again for the next', async (many) => {
    const { upsert, find } = await openFilledSchool()
    const row = { ...kindOf(many).create(), sourcedId: 'by-put' }
    const made = await upsert(many, 'by-put', row)
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ [kindOf(many).one]: { sourcedId: 'by-put' } })
    expect((await upsert(many, 'by-put', row)).status).toBe(201)
    expect(find(many, 'by-put')).toMatchObject({ status: 'active' })
  })

  it('answers 200 for a row that was there, if told to', async () => {
    const { upsert } = await openFilledSchool({ updateStatus: 200 })
    const row = { ...kindOf('users').create(), sourcedId: 'user-78' }
    expect((await upsert('users', 'user-78', row)).status).toBe(201)
    expect((await upsert('users', 'user-78', row)).status).toBe(200)
  })

  it('needs no id in the body, but refuses another', async () => {
    const { upsert, find } = await openFilledSchool()
    const { sourcedId: _none, ...row } = kindOf('assessmentLineItems').create()
    expect((await upsert('assessmentLineItems', 'ali-2', row)).status).toBe(201)
    const other = { ...row, sourcedId: 'ali-3' }
    expect((await upsert('assessmentLineItems', 'ali-2', other)).status).toBe(422)
    expect(find('assessmentLineItems', 'ali-3')).toBeUndefined()
  })

  it('keeps one row, in its place, however often it comes', async () => {
    const { sandbox, upsert } = await openFilledSchool()
    const row = { ...kindOf('assessmentResults').create(), score: 90 }
    for (let time = 0; time < 3; time += 1) await upsert('assessmentResults', 'tbk-ar-5b1e', row)
    expect(sandbox.rows('assessmentResults').map(({ score }) => score)).toEqual([90])
  })

  it('echoes the instant of a score as it was written', async () => {
    const { upsert, get } = await openFilledSchool()
    const scoreDate = '2026-01-15T09:05:09.5-05:00'
    const row = { ...kindOf('assessmentResults').create(), scoreDate }
    expect((await upsert('assessmentResults', 'tbk-ar-5b1e', row)).status).toBe(201)
    const response = await get(itemPath(kindOf('assessmentResults'), 'tbk-ar-5b1e'))
    expect(await response.json()).toMatchObject({ assessmentResult: { scoreDate } })
  })

  it('finds an id with a colon in it again', async () => {
    const { upsert, get } = await openFilledSchool()
    const id = 'caliper_urn:uuid:0d9c4b7e-3a51-4f86-b2d0-6c1e8f7a9352'
    const { sourcedId: _none, ...row } = kindOf('assessmentResults').create()
    await upsert('assessmentResults', id, row)
    const response = await get(itemPath(kindOf('assessmentResults'), id))
    expect(await response.json()).toMatchObject({ assessmentResult: { sourcedId: id } })
  })

  it('replaces metadata, or merges it if told to', async () => {
    const row = { ...kindOf('assessmentLineItems').create(), metadata: { appName: 'Other' } }
    const replacing = await openFilledSchool()
    await replacing.upsert('assessmentLineItems', 'tbk-ali-9f2c', row)
    expect(replacing.find('assessmentLineItems', 'tbk-ali-9f2c')?.['metadata']).toEqual({
      appName: 'Other',
    })
    const merging = await openFilledSchool({ putMetadata: 'merge' })
    await merging.upsert('assessmentLineItems', 'tbk-ali-9f2c', row)
    expect(merging.find('assessmentLineItems', 'tbk-ali-9f2c')?.['metadata']).toEqual({
      appName: 'Other',
      activityId: 'https://app.example/activities/fractions',
    })
  })

  it('answers a bad field with 400, if told to', async () => {
    const { upsert } = await openFilledSchool({ badFieldStatus: 400 })
    expect((await upsert('assessmentLineItems', 'ali-2', { status: 'active' })).status).toBe(400)
  })
})

describe('PATCH', () => {
  it.each(PATCHED)('of %s merges metadata and keeps the rest', async (many) => {
    const { merge, find } = await openFilledSchool()
    const row = kindOf(many).create()
    const id = String(row['sourcedId'])
    const response = await merge(many, id, { metadata: { pctCompleteApp: 40 } })
    expect(response.status).toBe(200)
    expect(await response.json()).toHaveProperty(kindOf(many).one)
    expect(find(many, id)).toMatchObject({
      ...row,
      metadata: { ...(row['metadata'] as object), pctCompleteApp: 40 },
    })
  })

  it('replaces a field that is named', async () => {
    const { merge, find } = await openFilledSchool()
    await merge('assessmentResults', 'tbk-ar-5b1e', { score: 100 })
    expect(find('assessmentResults', 'tbk-ar-5b1e')).toMatchObject({ score: 100 })
  })

  it('refuses what would make a bad row, and changes nothing', async () => {
    const { merge, find } = await openFilledSchool()
    const before = find('assessmentResults', 'tbk-ar-5b1e')
    expect((await merge('assessmentResults', 'tbk-ar-5b1e', { score: '100' })).status).toBe(422)
    expect(find('assessmentResults', 'tbk-ar-5b1e')).toBe(before)
  })

  it('makes no row', async () => {
    const { merge } = await openFilledSchool()
    expect((await merge('assessmentResults', 'nowhere', { score: 1 })).status).toBe(404)
  })

  it.each(MANY.filter((many) => !PATCHED.includes(many)))('is not for %s', async (many) => {
    const { merge } = await openFilledSchool()
    const id = String(kindOf(many).create()['sourcedId'])
    expect((await merge(many, id, { metadata: {} })).status).toBe(404)
  })
})

describe('DELETE', () => {
  it.each(MANY)('of a row of %s keeps it, to be deleted', async (many) => {
    const { erase, get } = await openFilledSchool()
    const id = String(kindOf(many).create()['sourcedId'])
    const response = await erase(many, id)
    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    const later = await get(itemPath(kindOf(many), id))
    expect(await later.json()).toMatchObject({ [kindOf(many).one]: { status: 'tobedeleted' } })
  })

  it('of a row that is not there is a 404', async () => {
    const { erase } = await openSchool()
    expect((await erase('users', 'nobody')).status).toBe(404)
  })

  it('is for good: a PUT does not bring the row back, unless told to', async () => {
    const row = kindOf('assessmentResults').create()
    const strict = await openFilledSchool()
    await strict.erase('assessmentResults', 'tbk-ar-5b1e')
    expect((await strict.upsert('assessmentResults', 'tbk-ar-5b1e', row)).status).toBe(404)
    expect(strict.find('assessmentResults', 'tbk-ar-5b1e')?.status).toBe('tobedeleted')
    const lenient = await openFilledSchool({ revival: 'accept' })
    await lenient.erase('assessmentResults', 'tbk-ar-5b1e')
    expect((await lenient.upsert('assessmentResults', 'tbk-ar-5b1e', row)).status).toBe(201)
    expect(lenient.find('assessmentResults', 'tbk-ar-5b1e')?.status).toBe('active')
  })
})

describe('a row', () => {
  it('says when it was written last', async () => {
    let at = Date.parse('2026-01-27T10:00:00.000Z')
    const sandbox = createSandbox({}, { now: () => at })
    const { post, put } = await connect(sandbox)
    const { path, create } = kindOf('users')
    await post(path, { user: create() })
    at += 1_000
    await put(`${R}/users/user-77`, { user: create() })
    expect(sandbox.rows('users').at(-1)).toMatchObject({
      dateLastModified: '2026-01-27T10:00:01.000Z',
    })
  })

  it('that was read stays as it was', async () => {
    const { find, upsert } = await openFilledSchool()
    const before = find('assessmentResults', 'tbk-ar-5b1e')
    const row = { ...kindOf('assessmentResults').create(), score: 1 }
    await upsert('assessmentResults', 'tbk-ar-5b1e', row)
    expect(before).toMatchObject({ score: 85 })
  })

  it.each(MANY)('of %s that is not there is a 404', async (many) => {
    const { get } = await openSchool()
    const response = await get(itemPath(kindOf(many), 'nowhere'))
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({
      imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: 'unknownobject' }] },
    })
  })
})

describe('a token', () => {
  const line = kindOf('assessmentLineItems')
  const good = { ...line.create(), course: null, componentResource: null }

  it.each([
    ['roster.readonly', [200, 403, 403, 403, 403, 403]],
    ['roster-core.readonly', [200, 403, 403, 403, 403, 403]],
    ['gradebook.readonly', [403, 403, 200, 403, 403, 403]],
    ['gradebook.createput', [403, 403, 403, 201, 403, 403]],
    ['gradebook.delete', [403, 403, 403, 403, 404, 403]],
    ['roster.createput', [403, 201, 403, 403, 403, 403]],
    ['resource.readonly', [403, 403, 403, 403, 403, 200]],
    ['admin', [200, 201, 200, 201, 204, 200]],
  ])('of the scope %s may so much and no more', async (scope, expected) => {
    const { get, create, upsert, erase } = await openSchool({}, { scope: SCOPE + scope })
    const statuses = [
      (await get(kindOf('users').path)).status,
      (await create('users', kindOf('users').create())).status,
      (await get(line.path)).status,
      (await upsert('assessmentLineItems', 'tbk-ali-9f2c', good)).status,
      (await erase('assessmentLineItems', 'tbk-ali-9f2c')).status,
      (await get(kindOf('resources').path)).status,
    ]
    expect(statuses).toEqual(expected)
  })

  it('that lacks a scope is told which, in the body that all services share', async () => {
    const { get } = await openSchool({}, { scope: `${SCOPE}roster.readonly` })
    const response = await get(line.path)
    expect(await response.json()).toMatchObject({
      imsx_description: `missing scope ${SCOPE}gradebook.readonly`,
      imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: 'forbidden' }] },
    })
  })

  it('is needed for every path', async () => {
    const sandbox = createSandbox()
    const request = new Request(`http://sandbox.test${R}/users/`)
    expect((await sandbox.fetch(request)).status).toBe(401)
  })
})
