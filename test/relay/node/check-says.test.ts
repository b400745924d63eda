import { describe, expect, it } from 'vitest'
import { ANN, API, ENROLLED, OPTIONS, runCheck, type Answer } from './check-world.ts'

describe('a check says what to do', () => {
  it('where the credentials are wrong, and asks for nothing more', async () => {
    const { findings, find } = await runCheck({
      timeback: { ...OPTIONS.timeback, clientSecret: 'wrong-one' },
    })
    expect(find('token')).toMatchObject({
      state: 'failed',
      todo: expect.stringContaining('check TIMEBACK_CLIENT_ID and TIMEBACK_CLIENT_SECRET'),
    })
    expect(findings.at(-1)?.name).toBe('token')
    expect(JSON.stringify(findings)).not.toContain('wrong-one')
  })

  it('where the client may not send', async () => {
    const payload = btoa(
      JSON.stringify({ scope: 'https://purl.imsglobal.org/spec/or/v1p1/scope/admin' }),
    )
    const { find } = await runCheck({}, (url) =>
      url.endsWith('/oauth2/token')
        ? Response.json({ access_token: `e30.${payload}.x`, token_type: 'Bearer', expires_in: 60 })
        : undefined,
    )
    expect(find('scopes')).toEqual({
      name: 'scopes',
      state: 'failed',
      found: 'none for sending events',
      todo: 'ask Timeback to allow your client https://purl.imsglobal.org/spec/caliper/v1p1/scope/event.create',
    })
    expect(find('caliper')).toMatchObject({ state: 'failed' })
  })

  it.each([
    ['direct', 'failed'],
    ['platform', 'ok'],
  ] as const)('where the gradebook is %s and the client may not write it', async (mode, state) => {
    const scopes = ['caliper/v1p1/scope/event.create', 'or/v1p1/scope/roster.readonly']
    const all = [...scopes, 'or/v1p1/scope/gradebook.readonly']
    const scope = all.map((name) => `https://purl.imsglobal.org/spec/${name}`).join(' ')
    const { find } = await runCheck({ gradebook: { mode } }, (url) =>
      url.endsWith('/oauth2/token')
        ? Response.json({
            access_token: `e30.${btoa(JSON.stringify({ scope }))}.x`,
            token_type: 'Bearer',
            expires_in: 60,
          })
        : undefined,
    )
    expect(find('scopes')?.state).toBe(state)
  })

  it('where a token lists no scopes: nothing is concluded from it', async () => {
    const { find } = await runCheck({}, (url) =>
      url.endsWith('/oauth2/token')
        ? Response.json({ access_token: 'opaque', token_type: 'Bearer', expires_in: 60 })
        : undefined,
    )
    expect(find('scopes')?.state).toBe('skipped')
  })

  it.each([
    ['failed', 'api host', API, 'TIMEBACK_API_URL'],
    ['failed', 'caliper host', 'http://localhost:4174', 'TIMEBACK_CALIPER_URL'],
  ])('%s: where the %s does not answer', async (state, name, origin, variable) => {
    const { find } = await runCheck({}, (url) => {
      if (url !== `${origin}/openapi.yaml`) return undefined
      throw new TypeError('fetch failed', { cause: { code: 'ENOTFOUND' } })
    })
    expect(find(name)).toEqual({
      name,
      state,
      found: `${origin} does not answer: ENOTFOUND`,
      todo: expect.stringContaining(variable),
    })
  })

  it.each([
    [301, 'it has moved'],
    [502, 'try again later'],
  ])('where a host answers with %i', async (status, todo) => {
    const { find } = await runCheck({}, (url) =>
      url === `${API}/openapi.yaml` ? new Response(null, { status }) : undefined,
    )
    expect(find('api host')).toMatchObject({
      state: 'failed',
      found: `${API} answers with ${status}`,
      todo: expect.stringContaining(todo),
    })
  })

  it('where QTI does not answer, which nothing fails by', async () => {
    const qtiUrl = 'https://qti.test/api'
    const { find } = await runCheck(
      { timeback: { ...OPTIONS.timeback, endpoints: { apiUrl: API, qtiUrl } } },
      (url) => {
        if (!url.startsWith('https://qti.test')) return undefined
        throw new TypeError('fetch failed')
      },
    )
    expect(find('qti host')?.state).toBe('warning')
  })

  const users = (...rows: object[]): Answer => {
    return (url) => (url.endsWith('/users/') ? Response.json({ users: rows }) : undefined)
  }

  it('nothing where another with the e-mail is deleted', async () => {
    const gone = { ...ANN, sourcedId: 'user-1', status: 'tobedeleted' }
    const { find } = await runCheck({}, users(gone, ANN))
    expect(find('user')).toMatchObject({ state: 'ok', found: 'user-77, student' })
  })

  it.each([
    ['nobody has the e-mail', [], 'failed', 'nobody has this e-mail'],
    ['several have it', [ANN, { ...ANN, sourcedId: 'user-78' }], 'failed', 'several have'],
    ['the user is deleted', [{ ...ANN, status: 'tobedeleted' }], 'failed', 'user-77, deleted'],
    ['it is a teacher', [{ ...ANN, roles: [{ role: 'teacher' }] }], 'warning', 'user-77, teacher'],
    ['they have no role', [{ ...ANN, roles: [] }], 'warning', 'user-77, no role'],
  ])('where %s', async (_, rows, state, found) => {
    const { find } = await runCheck({}, users(...rows))
    expect(find('user')).toEqual({
      name: 'user',
      state,
      found: expect.stringContaining(found),
      todo: expect.any(String),
    })
  })

  it('where there is no user: the enrolment is not looked at, and the envelope still is', async () => {
    const { find } = await runCheck({}, users())
    expect(find('enrolment')?.state).toBe('skipped')
    expect(find('caliper')?.state).toBe('ok')
  })

  const course = (row: object): Answer => {
    return (url) => (url.endsWith('/courses/math-5') ? Response.json({ course: row }) : undefined)
  }
  const MATH = { sourcedId: 'math-5', title: 'Math 5' }

  it.each([
    ['is deleted', { ...MATH, status: 'tobedeleted' }, 'failed', 'Math 5, deleted'],
    ['has another subject', { ...MATH, subjects: ['Science'] }, 'warning', 'not of subject Math'],
    ['has another grade', { ...MATH, grades: ['6'] }, 'warning', 'not of grade 5'],
  ])('where the course %s', async (_, row, state, found) => {
    const { find } = await runCheck({}, course(row))
    expect(find('course:math-5')).toMatchObject({ state, found: expect.stringContaining(found) })
  })

  it('where there is no such course', async () => {
    const { find } = await runCheck({ courses: [{ sourcedId: 'none', subject: 'Math', grade: 5 }] })
    expect(find('course:none')).toMatchObject({
      state: 'failed',
      found: 'not there',
      todo: expect.stringContaining('STINT_COURSES'),
    })
  })

  const enrollments = (...rows: object[]): Answer => {
    return (url) => (url.endsWith('/user/user-77') ? Response.json({ data: rows }) : undefined)
  }

  it.each([
    ['has ended', [{ ...ENROLLED, endDate: '2026-01-14' }], 'in math-5, but not today'],
    ['has not begun', [{ ...ENROLLED, beginDate: '2026-01-16' }], 'in math-5, but not today'],
    ['is for another course', [{ id: 'e2', course: { id: 'art-5' } }], 'only in art-5'],
    ['is missing', [], 'in no course'],
  ])('where the enrolment %s', async (_, rows, found) => {
    const { find } = await runCheck({}, enrollments(...rows))
    expect(find('enrolment')).toMatchObject({ state: 'failed', found, todo: expect.any(String) })
  })

  it.each([
    [400, { status: 'error', message: 'event.edApp: no' }, 'refused with 400: event.edApp: no'],
    [403, { message: 'scope' }, 'no verdict: status 403'],
    [503, { message: 'busy' }, 'no verdict: status 503'],
  ])('where the envelope is answered with %i', async (status, body, found) => {
    const { find } = await runCheck({}, (url) =>
      url.endsWith('/validate') ? Response.json(body, { status }) : undefined,
    )
    expect(find('caliper')).toMatchObject({ state: 'failed', found, todo: expect.any(String) })
  })

  it('where no course is configured: the learner may be in any', async () => {
    const { find } = await runCheck(
      { courses: [] },
      enrollments({ id: 'e2', course: { id: 'art-5' } }),
    )
    expect(find('enrolment')).toEqual({ name: 'enrolment', state: 'ok', found: 'in art-5' })
    const none = await runCheck({ courses: [] }, enrollments())
    expect(none.find('enrolment')?.state).toBe('failed')
  })

  it('where a relay counts without an enrolment: that fails nothing', async () => {
    const { find } = await runCheck({ ifNotEnrolled: 'count' }, enrollments())
    expect(find('enrolment')?.state).toBe('warning')
  })

  it('where a relay reads nothing: what can not be read fails nothing', async () => {
    const refused: Answer = (url) =>
      url.startsWith(API) ? Response.json({ imsx_description: 'no' }, { status: 403 }) : undefined
    const { findings, find } = await runCheck({ context: 'host' }, refused)
    expect(find('user')?.state).toBe('warning')
    expect(find('course:math-5')?.state).toBe('warning')
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([])
    const reading = await runCheck({}, refused)
    for (const name of ['user', 'course:math-5', 'gradebook']) {
      expect(reading.find(name)).toMatchObject({
        state: 'failed',
        found: 'refused with 403: no',
        todo: expect.stringContaining('ask Timeback for the scope'),
      })
    }
  })

  it('where events can not be asked for: that they may be told twice', async () => {
    const { find } = await runCheck({}, (url) =>
      url.includes('/caliper/events/') ? Response.json({}, { status: 403 }) : undefined,
    )
    expect(find('caliper reads')).toMatchObject({
      state: 'warning',
      todo: expect.stringContaining('twice'),
    })
  })

  it.each([
    ['America/Chicago', 'ok'],
    ['Pacific/Auckland', 'failed'],
  ])('where an enrolment ends today, in %s', async (timezone, state) => {
    const last = { ...ENROLLED, endDate: '2026-01-15T00:00:00.000Z' }
    const { find } = await runCheck({ timezone }, enrollments(last))
    expect(find('enrolment')?.state).toBe(state)
  })

  it('where it was told too little: what it did not look at, and what for want of', async () => {
    const { findings, find } = await runCheck({
      courses: [],
      email: undefined,
      sensor: undefined,
      app: undefined,
    })
    const skipped = findings.filter(({ state }) => state === 'skipped')
    expect(skipped.map(({ name, todo }) => [name, todo])).toEqual([
      ['course', 'set STINT_COURSES to look at them'],
      ['user', 'give --email of a learner'],
      ['enrolment', 'give --email of a learner'],
    ])
    expect(find('caliper')?.state).toBe('ok')
  })
})
