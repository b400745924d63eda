import { describe, expect, it } from 'vitest'
import { decodeJwt, SignJWT } from 'jose'
import { SITTING_MS, UPLOAD_MS } from '../../src/contract/limits.ts'
import type { Grant } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { Learner } from '../../src/relay/relay.ts'
import { DAY, HOUR, MINUTE, MONDAY, SECOND, toSlice, toStart } from './entries.ts'
import {
  get,
  openPage,
  openWorld,
  post,
  readFailure,
  SECRET,
  toWords,
  type World,
} from './relay-world.ts'

const REQUEST = { v: 1, startedAt: MONDAY, sentAt: MONDAY }
const ENTRY = toStart('r/a', MONDAY)

const ask = (world: World, body: unknown = REQUEST, learner = 'ada') =>
  post(world.relay, '/v1/grants', body, { 'x-learner': learner })

const askGrant = async (world: World, body: unknown = REQUEST) =>
  (await (await ask(world, body)).json()) as Grant

const sendWith = (world: World, grant: string) =>
  post(world.relay, '/v1/entries', { v: 1, grant, sentAt: MONDAY, entries: [ENTRY] })

describe('a grant', () => {
  it('is for one sitting of at most 12 hours, and for uploads 35 days after', async () => {
    const world = await openWorld()
    const grant = await askGrant(world)
    const { opensAt, closesAt, uploadUntil } = grant
    expect(opensAt).toBeLessThanOrEqual(MONDAY)
    expect(opensAt).toBeGreaterThanOrEqual(MONDAY - MINUTE)
    expect([closesAt - opensAt, uploadUntil - closesAt]).toEqual([SITTING_MS, UPLOAD_MS])
    expect(grant).toMatchObject({
      v: 1,
      preview: false,
      policy: DEFAULT_POLICY,
      allowances: [],
      mayRelax: false,
      flushEveryMs: 15_000,
    })
  })

  it.each([
    ['an hour', HOUR, HOUR],
    ['12 hours', 12 * HOUR, 12 * HOUR],
    ['three days', 3 * DAY, 12 * HOUR],
    ['the future', -HOUR, 0],
  ])('asked for back to %s is dated back by no more than 12 hours', async (_, backMs, atMostMs) => {
    const world = await openWorld()
    // The page's clock is of another year: only the difference counts.
    const sentAt = Date.UTC(2031, 0, 1)
    const { opensAt } = await askGrant(world, { v: 1, startedAt: sentAt - backMs, sentAt })
    const backBy = MONDAY - opensAt
    expect(backBy).toBeLessThanOrEqual(Math.min(atMostMs + MINUTE, SITTING_MS))
    expect(backBy).toBeGreaterThanOrEqual(atMostMs)
  })

  it('holds neither name nor e-mail, and nor does its reading token', async () => {
    const world = await openWorld()
    const { token, reading } = await askGrant(world)
    expect(Object.keys(decodeJwt(token)).toSorted()).toEqual([
      'closesAt',
      'exp',
      'iss',
      'jti',
      'opensAt',
      'preview',
      'sub',
      'use',
    ])
    for (const each of [token, reading.token]) {
      expect(JSON.stringify(decodeJwt(each))).not.toMatch(/school|@|name|student/)
      expect(decodeJwt(each).sub).toBe('ada')
    }
  })

  it('carries the rules of the relay, each threshold of them, and what is allowed where', async () => {
    const allowances = [{ activity: 'essay', paper: true }]
    const policy = { idleAfterMs: 90_000, leaveAfterMs: 'never' } as const
    const world = await openWorld({ options: { policy, allowances, flushEveryMs: 5_000 } })
    expect(await askGrant(world)).toMatchObject({
      policy: { ...DEFAULT_POLICY, idleAfterMs: 90_000, leaveAfterMs: 'never' },
      allowances,
      flushEveryMs: 5_000,
    })
  })

  it.each([true, false])(
    'says whether a page may ask for longer thresholds than the relay’s: %s',
    async (mayRelax) => {
      const world = await openWorld({ options: { mayRelax } })
      expect((await askGrant(world)).mayRelax).toBe(mayRelax)
    },
  )

  it('takes entries on its last day, and none after it', async () => {
    const world = await openWorld()
    const { token, uploadUntil } = await askGrant(world)
    world.clock.pass(uploadUntil - MONDAY - SECOND)
    expect((await sendWith(world, token)).status).toBe(200)
    world.clock.pass(2 * SECOND)
    const [status, { code }] = await readFailure(await sendWith(world, token))
    expect([status, code]).toEqual([401, 'grant_expired'])
  })

  it('is taken by every relay with the same secret', async () => {
    const world = await openWorld()
    const { sendTo } = await openPage(world)
    const other = await world.startRelay()
    expect((await sendTo(other, ENTRY)).status).toBe(200)
    const stranger = await world.startRelay({ secret: 'another secret, quite as long as that' })
    const [status, { code }] = await readFailure(await sendTo(stranger, ENTRY))
    expect([status, code]).toEqual([401, 'grant_invalid'])
  })
})

describe('a forged grant', () => {
  const claims = { use: 'entries', preview: false, opensAt: MONDAY, closesAt: MONDAY + HOUR }
  const sign = (secret: string, alg = 'HS256', issuer = 'stint') =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setSubject('ben')
      .setIssuer(issuer)
      .setExpirationTime(new Date(MONDAY + DAY))
      .sign(new TextEncoder().encode(secret))
  const unsigned = () =>
    [{ alg: 'none' }, { ...claims, sub: 'ben', iss: 'stint', exp: MONDAY / 1_000 + 3_600 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')

  it.each([
    ['signed with another secret', () => sign('a guess that is also long enough')],
    ['signed by another algorithm', () => sign(SECRET.repeat(2), 'HS512')],
    ['of another issuer', () => sign(SECRET, 'HS256', 'somebody')],
    ['not signed', async () => `${unsigned()}.`],
    ['cut short', async () => (await sign(SECRET)).slice(0, -1)],
    ['no token at all', async () => 'grant'],
  ])('%s is refused, and nothing is stored', async (_, forge) => {
    const world = await openWorld()
    const [status, { code }] = await readFailure(await sendWith(world, await forge()))
    expect([status, code]).toEqual([401, 'grant_invalid'])
    expect(await world.db.selectFrom('runs').selectAll().execute()).toEqual([])
  })

  it('with another learner’s name put into a real one is refused', async () => {
    const world = await openWorld()
    const { token } = await askGrant(world)
    const [header, payload = '', signature] = token.split('.')
    const changed = Buffer.from(payload, 'base64url').toString().replace('"ada"', '"ben"')
    const forged = [header, Buffer.from(changed).toString('base64url'), signature].join('.')
    const [status] = await readFailure(await sendWith(world, forged))
    expect(status).toBe(401)
  })
})

describe('a reading token', () => {
  it('brings in no entries, and a grant reads nothing', async () => {
    const world = await openWorld()
    const { token, reading } = await askGrant(world)
    const sent = await readFailure(await sendWith(world, reading.token))
    expect(sent).toMatchObject([401, { code: 'grant_invalid' }])
    await sendWith(world, token)
    const asked = await get(world.relay, '/v1/runs/r', { authorization: `Bearer ${token}` })
    expect(await readFailure(asked)).toMatchObject([401, { code: 'grant_invalid' }])
  })

  it('is good for a quarter of an hour and no longer', async () => {
    const world = await openWorld()
    const { token, reading } = await askGrant(world)
    await sendWith(world, token)
    const read = () => get(world.relay, '/v1/runs/r', { authorization: `Bearer ${reading.token}` })
    world.clock.pass(reading.until - MONDAY - SECOND)
    expect((await read()).status).toBe(200)
    world.clock.pass(2 * SECOND)
    expect(await readFailure(await read())).toMatchObject([401, { code: 'grant_expired' }])
  })
})

describe('identify', () => {
  it('that finds nobody gives no grant', async () => {
    const world = await openWorld()
    expect(await readFailure(await ask(world, REQUEST, 'stranger'))).toEqual([
      401,
      { code: 'not_signed_in', message: expect.any(String) },
    ])
  })

  const ADA = { sourcedId: 'ada', email: 'ada@school.example', role: 'student' }
  it.each([
    ['no id', { ...ADA, sourcedId: undefined }, 'sourcedId'],
    ['an empty id', { ...ADA, sourcedId: '' }, 'sourcedId'],
    ['a name for an e-mail', { ...ADA, email: 'Ada' }, 'email'],
    ['an unknown role', { ...ADA, role: 'parent' }, 'role'],
    ['text', 'ada', ''],
  ])('that gives %s is the host’s mistake, and named', async (_, learner, path) => {
    const world = await openWorld({ options: { identify: () => learner as Learner } })
    const [status, error] = await readFailure(await ask(world))
    expect([status, error.code, error.path]).toEqual([500, 'learner_invalid', path])
    expect(error.message).not.toContain('ada@school.example')
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([])
  })

  it('that throws is answered without saying what it threw', async () => {
    const identify = () => Promise.reject(new Error('password of the session store: hunter2'))
    const world = await openWorld({ options: { identify } })
    const [status, error] = await readFailure(await ask(world))
    expect([status, error.code]).toEqual([500, 'internal'])
    expect(error.message).not.toContain('hunter2')
  })

  it('may change an e-mail: the next event has the new one', async () => {
    let email = 'ada@old.example'
    const identify = () => ({ sourcedId: 'ada', email, role: 'student' as const })
    const world = await openWorld({ options: { identify } })
    const { flush } = await openPage(world)
    email = 'ada@new.example'
    await openPage(world)
    world.clock.pass(MINUTE)
    await flush(ENTRY, toSlice('r/a', 0, ['active', 0, MINUTE, 0]))
    await world.run(15 * MINUTE)
    expect(world.sandbox.events().map(({ actor }) => actor)).toMatchObject([{ email }])
  })

  it.each(['teacher', 'admin', 'guide'] as const)(
    'makes the page of a %s a preview',
    async (role) => {
      const identify = () => ({ sourcedId: 'x', email: 'x@school.example', role })
      const world = await openWorld({ options: { identify } })
      const page = await openPage(world)
      expect(page.grant.preview).toBe(true)
      expect(toWords(await page.flush(ENTRY))).toEqual(['stored'])
    },
  )
})

describe('a request for a grant', () => {
  it.each([
    ['no JSON', 'hello', 'not_json', undefined],
    ['no version', { ...REQUEST, v: undefined }, 'invalid_request', 'v'],
    ['an unknown version', { ...REQUEST, v: 2 }, 'invalid_request', 'v'],
    ['no instant', { ...REQUEST, sentAt: undefined }, 'invalid_request', 'sentAt'],
    ['an instant as text', { ...REQUEST, startedAt: 'now' }, 'invalid_request', 'startedAt'],
  ])('with %s gets none', async (_, body, code, path) => {
    const [status, error] = await readFailure(await ask(await openWorld(), body))
    expect([status, error.code, error.path]).toEqual([400, code, path])
  })
})
