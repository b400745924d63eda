import { describe, expect, it } from 'vitest'
import { check, type CheckOptions } from '../../../src/relay/node/check/check.ts'
import type { Finding } from '../../../src/relay/node/check/finding.ts'
import { createSandbox } from '../../../src/sandbox/sandbox.ts'

const NOW = Date.UTC(2026, 0, 15, 14)
const API = 'https://api.test'

const OPTIONS: CheckOptions = {
  timeback: {
    environment: 'local',
    clientId: 'demo',
    clientSecret: 'demo-secret',
    endpoints: { apiUrl: API },
  },
  sensor: 'https://app.example',
  app: { name: 'Example App' },
  courses: [{ sourcedId: 'math-5', subject: 'Math', grade: 5 }],
  context: 'timeback',
  ifNotEnrolled: 'hold',
  gradebook: { mode: 'platform' },
  email: 'ann@school.example',
}

const ANN = {
  sourcedId: 'user-77',
  email: 'ann@school.example',
  givenName: 'Ann',
  roles: [{ role: 'student' }],
}
const ENROLLED = { id: 'e1', course: { id: 'math-5' }, beginDate: '2025-08-13', endDate: null }

/** What the API host answers, by the end of its path. */
const API_ROWS: Record<string, object> = {
  '/users/': { users: [ANN] },
  '/courses/math-5': {
    course: { sourcedId: 'math-5', title: 'Math 5', subjects: ['Math'], grades: ['5'] },
  },
  '/enrollments/user/user-77': { data: [ENROLLED] },
  '/assessmentResults/': { assessmentResults: [], totalCount: 0 },
  '/facts/weekly': { facts: [{ source: 'caliper:event:1' }, { source: 'caliper:event:2' }] },
}

type Answer = (path: string) => Response | undefined

/** Runs a check of the sandbox's Caliper service and of an API host; `answer` goes before both. */
async function run(changes: Partial<CheckOptions> = {}, answer: Answer = () => undefined) {
  const sandbox = createSandbox({}, { now: () => NOW })
  const requests: string[] = []
  const bare: string[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { origin, pathname } = new URL(request.url)
    requests.push(`${request.method} ${origin}${pathname}`)
    if (!request.headers.has('authorization')) bare.push(origin + pathname)
    const own = answer(origin + pathname)
    if (own) return own
    if (origin !== API) return sandbox.fetch(request)
    const row = Object.entries(API_ROWS).find(([end]) => pathname.endsWith(end))?.[1]
    return row ? Response.json(row) : Response.json({ imsx_description: 'no' }, { status: 404 })
  }
  const findings: Finding[] = []
  let count = 0
  const newId = () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`
  for await (const one of check({ ...OPTIONS, ...changes }, { fetch, now: () => NOW, newId })) {
    findings.push(one)
  }
  const find = (name: string) => findings.find((one) => one.name === name)
  return { findings, find, requests, bare, sandbox }
}

describe('a check of an environment where all is right', () => {
  it('finds hosts, token, course, learner, enrolment and a valid envelope', async () => {
    const { findings } = await run()
    const needed = findings.filter(({ name }) => !/^open:|^scopes/.test(name))
    expect(needed.map(({ name, state }) => `${state} ${name}`)).toEqual([
      'ok api host',
      'ok caliper host',
      'ok qti host',
      'ok token',
      'ok course:math-5',
      'ok gradebook',
      'ok user',
      'ok enrolment',
      'ok caliper',
    ])
  })

  it('writes nothing: it reads, and has envelopes validated', async () => {
    const { requests, sandbox } = await run()
    expect(sandbox.events()).toEqual([])
    const writes = requests.filter((request) => !request.startsWith('GET '))
    expect(new Set(writes.map((request) => new URL(request.slice(5)).pathname))).toEqual(
      new Set(['/oauth2/token', '/caliper/event/validate']),
    )
  })

  it('answers what the documents leave open, one by one', async () => {
    const { find } = await run()
    expect(find('open:subject-other')?.found).toMatch(/^the subject Other: refused with 400: event/)
    expect(find('open:negative-xp')?.found).toMatch(/refused with 400: .*value/)
    expect(find('open:future-time')?.found).toMatch(/accepted$/)
    for (const form of ['seconds', 'microseconds', 'offset']) {
      expect(find(`open:time-${form}`)?.found).toMatch(/refused with 400: sendTime/)
    }
    expect(find('open:same-id-twice')?.found).toMatch(/accepted$/)
    expect(find('open:many-events')?.found).toMatch(/^100 events in an envelope: accepted$/)
    expect(find('open:facts-source')?.found).toMatch(/0 rows of results, 2 of Caliper events/)
  })

  it('asks production none of these questions', async () => {
    const { findings } = await run({
      timeback: {
        ...OPTIONS.timeback,
        environment: 'production',
        endpoints: {
          apiUrl: API,
          caliperUrl: 'http://localhost:4174',
          tokenUrl: 'http://localhost:4174/oauth2/token',
        },
      },
    })
    expect(findings.map(({ name }) => name)).toContain('caliper')
    expect(findings.filter(({ name }) => name.startsWith('open:'))).toEqual([])
  })

  it('looks at both names of the staging host', async () => {
    const { find } = await run({
      timeback: {
        ...OPTIONS.timeback,
        environment: 'staging',
        endpoints: { apiUrl: API, tokenUrl: 'http://localhost:4174/oauth2/token' },
      },
    })
    expect(find('open:caliper-host')?.found).toBe(
      'the other spelling: https://caliper-staging.alpha-1edtech.ai answers with 404',
    )
  })

  it('shows a host no token to find out whether it answers', async () => {
    const { bare } = await run()
    expect(bare).toContain(`${API}/openapi.yaml`)
    expect(bare.filter((url) => !url.endsWith('/openapi.yaml'))).toEqual([
      'http://localhost:4174/oauth2/token',
    ])
  })

  it('shows neither name nor e-mail of the learner', async () => {
    const { findings } = await run()
    expect(JSON.stringify(findings)).not.toMatch(/Ann|ann@/)
  })
})

describe('a check says what to do', () => {
  it('where the credentials are wrong, and asks for nothing more', async () => {
    const { findings, find } = await run({
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
    const { find } = await run({}, (url) =>
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
    const { find } = await run({ gradebook: { mode } }, (url) =>
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
    const { find } = await run({}, (url) =>
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
    const { find } = await run({}, (url) => {
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
    const { find } = await run({}, (url) =>
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
    const { find } = await run(
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

  it.each([
    ['nobody has the e-mail', [], 'failed', 'nobody has this e-mail'],
    ['several have it', [ANN, { ...ANN, sourcedId: 'user-78' }], 'failed', 'several have'],
    ['the user is deleted', [{ ...ANN, status: 'tobedeleted' }], 'failed', 'user-77, deleted'],
    ['it is a teacher', [{ ...ANN, roles: [{ role: 'teacher' }] }], 'warning', 'user-77, teacher'],
    ['they have no role', [{ ...ANN, roles: [] }], 'warning', 'user-77, no role'],
  ])('where %s', async (_, rows, state, found) => {
    const { find } = await run({}, users(...rows))
    expect(find('user')).toEqual({
      name: 'user',
      state,
      found: expect.stringContaining(found),
      todo: expect.any(String),
    })
  })

  it('where there is no user: the enrolment is not looked at, and the envelope still is', async () => {
    const { find } = await run({}, users())
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
    const { find } = await run({}, course(row))
    expect(find('course:math-5')).toMatchObject({ state, found: expect.stringContaining(found) })
  })

  it('where there is no such course', async () => {
    const { find } = await run({ courses: [{ sourcedId: 'none', subject: 'Math', grade: 5 }] })
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
    const { find } = await run({}, enrollments(...rows))
    expect(find('enrolment')).toMatchObject({ state: 'failed', found, todo: expect.any(String) })
  })

  it('where today is the last day of an enrolment: that is fine', async () => {
    const last = { ...ENROLLED, endDate: '2026-01-15T00:00:00.000Z' }
    const { find } = await run({}, enrollments(last))
    expect(find('enrolment')).toMatchObject({ state: 'ok', found: 'in math-5' })
  })

  it.each([
    [400, { status: 'error', message: 'event.edApp: no' }, 'refused with 400: event.edApp: no'],
    [403, { message: 'scope' }, 'no verdict: status 403'],
    [503, { message: 'busy' }, 'no verdict: status 503'],
  ])('where the envelope is answered with %i', async (status, body, found) => {
    const { find } = await run({}, (url) =>
      url.endsWith('/validate') ? Response.json(body, { status }) : undefined,
    )
    expect(find('caliper')).toMatchObject({ state: 'failed', found, todo: expect.any(String) })
  })

  it('where no course is configured: the learner may be in any', async () => {
    const { find } = await run({ courses: [] }, enrollments({ id: 'e2', course: { id: 'art-5' } }))
    expect(find('enrolment')).toEqual({ name: 'enrolment', state: 'ok', found: 'in art-5' })
    const none = await run({ courses: [] }, enrollments())
    expect(none.find('enrolment')?.state).toBe('failed')
  })

  it('where a relay counts without an enrolment: that fails nothing', async () => {
    const { find } = await run({ ifNotEnrolled: 'count' }, enrollments())
    expect(find('enrolment')?.state).toBe('warning')
  })

  it('where a relay reads nothing: what can not be read fails nothing', async () => {
    const refused: Answer = (url) =>
      url.startsWith(API) ? Response.json({ imsx_description: 'no' }, { status: 403 }) : undefined
    const { findings, find } = await run({ context: 'host' }, refused)
    expect(find('user')?.state).toBe('warning')
    expect(find('course:math-5')?.state).toBe('warning')
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([])
    const reading = await run({}, refused)
    for (const name of ['user', 'course:math-5', 'gradebook']) {
      expect(reading.find(name)).toMatchObject({
        state: 'failed',
        found: 'refused with 403: no',
        todo: expect.stringContaining('ask Timeback for the scope'),
      })
    }
  })

  it('where it was told too little: what it did not look at, and what for want of', async () => {
    const { findings, find } = await run({
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
