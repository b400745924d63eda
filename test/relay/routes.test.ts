import { describe, expect, it } from 'vitest'
import { SCRIPT_NAMES, type ScriptName } from '../../src/relay/routes.ts'
import { MINUTE, MONDAY, toEnd, toSlice, toStart } from './entries.ts'
import {
  API_KEY,
  get,
  openPage,
  openWorld,
  ORIGIN,
  post,
  readFailure,
  type World,
} from './relay-world.ts'

const SCHOOL = 'https://school.example'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const preflight = (world: World, origin: string) =>
  world.relay.fetch(
    new Request(`${ORIGIN}/v1/grants`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    }),
  )

describe('pages of another origin', () => {
  it('may use the relay if they are allowed to, also with credentials', async () => {
    const world = await openWorld()
    const asked = await preflight(world, SCHOOL)
    expect(asked.status).toBe(204)
    const answer = await post(
      world.relay,
      '/v1/grants',
      { v: 1, startedAt: 0, sentAt: 0 },
      {
        origin: SCHOOL,
        'x-learner': 'ada',
      },
    )
    expect(answer.status).toBe(200)
    for (const { headers } of [asked, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(SCHOOL)
      expect(headers.get('access-control-allow-credentials')).toBe('true')
      expect(headers.get('vary')).toMatch(/origin/i)
    }
  })

  it('can read why they were refused', async () => {
    const world = await openWorld()
    const answer = await post(world.relay, '/v1/entries', 'no JSON', { origin: SCHOOL })
    expect(answer.headers.get('access-control-allow-origin')).toBe(SCHOOL)
    expect(await readFailure(answer)).toMatchObject([400, { code: 'not_json' }])
  })

  it.each([
    ['a foreign one', 'https://evil.example'],
    ['one that only begins alike', `${SCHOOL}.evil.example`],
    ['another scheme', 'http://school.example'],
    ['another port', `${SCHOOL}:8443`],
    ['a sandboxed frame', 'null'],
  ])('are turned away before anything is done, and can read why: %s', async (_, origin) => {
    const asked: string[] = []
    const identify = (request: Request) => {
      asked.push(request.url)
      return null
    }
    const world = await openWorld()
    const { grant } = await openPage(world)
    const relay = await world.startRelay({ identify })
    const flush = { v: 1, grant: grant.token, sentAt: MONDAY, entries: [toStart('r/a', MONDAY)] }
    const answers = [
      await post(relay, '/v1/grants', { v: 1, startedAt: 0, sentAt: 0 }, { origin }),
      await post(relay, '/v1/entries', flush, { origin }),
      await get(relay, '/v1/runs/r', { origin, ...bearer(API_KEY) }),
    ]
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(await readFailure(answer)).toEqual([
        403,
        { code: 'origin_not_allowed', message: expect.stringContaining(origin) },
      ])
    }
    expect(asked).toEqual([])
    expect(await world.db.selectFrom('runs').selectAll().execute()).toEqual([])
  })

  it('are allowed by a function, too', async () => {
    const isAllowedOrigin = (origin: string) => origin.endsWith('.school.example')
    const { relay } = await openWorld({ options: { isAllowedOrigin } })
    const ask = async (origin: string) => {
      const body = { v: 1, startedAt: 0, sentAt: 0 }
      return (await post(relay, '/v1/grants', body, { origin, 'x-learner': 'ada' })).status
    }
    expect(await ask('https://a.school.example')).toBe(200)
    expect(await ask('https://b.example')).toBe(403)
  })
})

describe('pages of the relay’s own origin', () => {
  it('need no permission', async () => {
    const world = await openWorld({ options: { origins: [] } })
    const answer = await post(
      world.relay,
      '/v1/grants',
      { v: 1, startedAt: 0, sentAt: 0 },
      {
        origin: ORIGIN,
        'x-learner': 'ada',
      },
    )
    expect(answer.status).toBe(200)
  })
})

describe('pages of the relay’s own host', () => {
  it('need no permission behind a proxy that speaks https for it', async () => {
    const world = await openWorld({ options: { origins: [] } })
    const origin = ORIGIN.replace('https', 'http')
    const asked = { v: 1, startedAt: 0, sentAt: 0 }
    const answer = await post(world.relay, '/v1/grants', asked, { origin, 'x-learner': 'ada' })
    expect(answer.status).toBe(200)
  })
})

describe('the relay’s health', () => {
  it('is told to anybody', async () => {
    const { relay } = await openWorld()
    expect((await get(relay, '/healthz')).status).toBe(200)
    expect((await get(relay, '/readyz')).status).toBe(200)
  })

  it('is not ready without its storage, but alive', async () => {
    const { relay, db, logged } = await openWorld()
    await db.schema.dropTable('runs').execute()
    expect(await readFailure(await get(relay, '/readyz'))).toMatchObject([
      500,
      { code: 'internal' },
    ])
    expect((await get(relay, '/healthz')).status).toBe(200)
    expect(logged.join()).toContain('/readyz')
  })
})

describe.each(SCRIPT_NAMES)('/%s', (name) => {
  it('is that script and no other, for every page', async () => {
    const script = async (asked: ScriptName) => `console.log("${asked}")`
    const { relay } = await openWorld({ options: { script } })
    const answer = await get(relay, `/${name}`, { origin: 'https://anywhere.example' })
    expect(await answer.text()).toBe(`console.log("${name}")`)
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('is not there where the relay was given none', async () => {
    const { relay } = await openWorld()
    expect(await readFailure(await get(relay, `/${name}`))).toMatchObject([
      404,
      { code: 'not_found' },
    ])
  })

  it('that can’t be read is the relay’s failure, and is not said to be a script', async () => {
    const script = () => Promise.reject(new Error('/srv/secret/dist is gone'))
    const { relay, logged } = await openWorld({ options: { script } })
    const answer = await get(relay, `/${name}`)
    expect(answer.headers.get('content-type')).toMatch('application/json')
    const [status, error] = await readFailure(answer)
    expect([status, error.code]).toEqual([500, 'internal'])
    expect(error.message).not.toContain('/srv')
    expect(logged.join()).toContain(`/${name}`)
  })
})

describe('an address that the relay does not have', () => {
  it.each([
    '/',
    '/v1',
    '/v1/events',
    '/v1/runs',
    '/stint.js/more',
    '/pong.js',
    '/stint-fr.js',
    '/stint.js.map',
  ])('%s has a code', async (path) => {
    const { relay } = await openWorld()
    const failure = await readFailure(await get(relay, path))
    expect(failure).toEqual([404, { code: 'not_found', message: expect.any(String) }])
  })

  it('includes an address asked by another method', async () => {
    const { relay } = await openWorld()
    expect(await readFailure(await get(relay, '/v1/entries'))).toMatchObject([
      404,
      { code: 'not_found' },
    ])
  })
})

describe('GET /v1/runs/{id}', () => {
  async function openWithRun() {
    const world = await openWorld()
    const page = await openPage(world)
    world.clock.pass(2 * MINUTE)
    await page.flush(
      toStart('r/a', MONDAY),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0], ['idle', MINUTE, 2 * MINUTE, MINUTE]),
      toEnd('r/a', 2 * MINUTE),
    )
    return { world, page }
  }

  it('tells learners of their own run what was seen, counted and told', async () => {
    const { world, page } = await openWithRun()
    await world.relay.deliver()
    const answer = await get(world.relay, '/v1/runs/r', bearer(page.grant.reading.token))
    const at = MONDAY + 2 * MINUTE
    expect(await answer.json()).toEqual({
      runId: 'r',
      activity: { id: 'fractions', name: 'Fractions', course: { subject: 'Math', grade: 5 } },
      preview: false,
      firstAt: at,
      lastAt: at,
      state: 'ended',
      whole: true,
      result: { totalQuestions: 10, correctQuestions: 10 },
      resultBy: 'page',
      legs: [
        {
          legId: 'a',
          missing: [],
          spans: [
            ['active', 0, MINUTE, 0],
            ['idle', MINUTE, 2 * MINUTE, MINUTE],
          ],
          timeline: [
            {
              from: MONDAY,
              to: MONDAY + MINUTE,
              presence: 'active',
              metric: 'active',
              reason: null,
              outcome: 'told',
            },
            {
              from: MONDAY + MINUTE,
              to: at,
              presence: 'idle',
              metric: 'inactive',
              reason: 'idle',
              outcome: 'told',
            },
          ],
        },
      ],
      seen: {
        active: 60_000,
        inactive: 60_000,
        waste: 0,
        unknown: 0,
        'anti-pattern': 0,
        uncounted: 0,
      },
      counted: {
        active: 60_000,
        inactive: 60_000,
        waste: 0,
        unknown: 0,
        'anti-pattern': 0,
        uncounted: 0,
      },
      told: [
        { from: MONDAY, to: MONDAY + MINUTE, metric: 'active', reason: null },
        { from: MONDAY + MINUTE, to: at, metric: 'inactive', reason: 'idle' },
      ],
      settlements: [{ state: 'frozen', completes: true, held: null }],
      deliveries: [
        {
          kind: 'caliper',
          state: 'delivered',
          tries: 0,
          eventIds: world.sandbox.events().map(({ externalId }) => externalId),
          answer: '1',
          nextAt: at,
          maybeTwice: false,
        },
      ],
      attempt: 1,
    })
  })

  it('tells nobody of another learner’s run, not even that there is one', async () => {
    const { world } = await openWithRun()
    const ben = await openPage(world, 'ben')
    const answer = await get(world.relay, '/v1/runs/r', bearer(ben.grant.reading.token))
    const none = await get(world.relay, '/v1/runs/none', bearer(ben.grant.reading.token))
    const failure = await readFailure(answer)
    expect(failure).toMatchObject([404, { code: 'run_unknown' }])
    expect(await readFailure(none)).toEqual(failure)
  })

  it('tells the operator’s servers of anybody’s', async () => {
    const { world } = await openWithRun()
    const answer = await get(world.relay, '/v1/runs/r', bearer(API_KEY))
    expect(await answer.json()).toMatchObject({ runId: 'r', seen: { active: 60_000 } })
    const none = await get(world.relay, '/v1/runs/none', bearer(API_KEY))
    expect(await readFailure(none)).toMatchObject([404, { code: 'run_unknown' }])
  })

  it('tells nothing without a token, or by a key that is not the operator’s', async () => {
    const { world } = await openWithRun()
    expect(await readFailure(await get(world.relay, '/v1/runs/r'))).toMatchObject([
      401,
      { code: 'not_allowed' },
    ])
    const guessed = await get(world.relay, '/v1/runs/r', bearer(`${API_KEY}x`))
    expect(await readFailure(guessed)).toMatchObject([401, { code: 'grant_invalid' }])
  })

  it('has no key where the operator set none', async () => {
    const { world } = await openWithRun()
    const relay = await world.startRelay({ apiKey: undefined })
    expect((await get(relay, '/v1/runs/r', bearer('undefined'))).status).toBe(401)
    expect((await get(relay, '/v1/runs/r', bearer(API_KEY))).status).toBe(401)
  })
})
