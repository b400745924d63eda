// Tickets from the relay's own address, and what every ticket has in common: once, by one tab, for one learner.

import { describe, expect, it } from 'vitest'
import { decodeJwt } from 'jose'
import { HOUR, MINUTE, MONDAY, SECOND, toStart } from './entries.ts'
import { API_KEY, post, readFailure } from './relay-world.ts'
import type { TicketLearner } from '../../src/relay/relay.ts'
import { ADA, openTicketWorld, OTHER_TAB, TAB, type TicketWorld } from './ticket-world.ts'

const LEARNER = { learner: ADA }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const readLearner = async (world: TicketWorld, ticket: string) =>
  decodeJwt((await world.swap(ticket)).token).sub

describe('POST /v1/tickets', () => {
  it('gives a host’s server a ticket for a learner, good for five minutes', async () => {
    const world = await openTicketWorld()
    const answer = await post(world.relay, '/v1/tickets', LEARNER, bearer(API_KEY))
    expect(await answer.json()).toEqual({
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: MONDAY + 5 * MINUTE,
    })
  })

  it('is for who has the API key only: not for a page that reads, and not without one', async () => {
    const world = await openTicketWorld()
    const { reading, token } = await world.swap(await world.issue())
    const keyless = await world.startRelay({ apiKey: undefined })
    const answers = [
      await post(world.relay, '/v1/tickets', LEARNER),
      await post(world.relay, '/v1/tickets', LEARNER, bearer('a guess of the same length, nearly')),
      await post(world.relay, '/v1/tickets', LEARNER, bearer(reading.token)),
      await post(world.relay, '/v1/tickets', LEARNER, bearer(token)),
      await post(keyless, '/v1/tickets', LEARNER, bearer(API_KEY)),
      await post(keyless, '/v1/tickets', LEARNER, bearer('')),
    ]
    for (const answer of answers) {
      expect(await readFailure(answer)).toMatchObject([401, { code: 'not_allowed' }])
    }
    expect(await world.db.selectFrom('tickets').selectAll().execute()).toHaveLength(1)
  })

  it.each([
    ['no learner', {}, 'learner'],
    ['no e-mail', { learner: { sourcedId: 'ada' } }, 'learner.email'],
    ['a name for an e-mail', { learner: { ...ADA, email: 'Ada' } }, 'learner.email'],
    ['an unknown role', { learner: { ...ADA, role: 'parent' } }, 'learner.role'],
    ['a life of two days', { ...LEARNER, lifeMs: 48 * HOUR }, 'lifeMs'],
    ['a key it does not know', { ...LEARNER, minutes: 5 }, 'minutes'],
  ])('with %s says what is wrong, and gives none', async (_, body, path) => {
    const world = await openTicketWorld()
    const answer = await post(world.relay, '/v1/tickets', body, bearer(API_KEY))
    expect(await readFailure(answer)).toMatchObject([400, { code: 'invalid_request', path }])
  })

  it('keeps nothing that says whose a ticket is, nor what they need, nor what opens it', async () => {
    const world = await openTicketWorld()
    const ticket = await world.issue({ ...ADA, accommodations: { idleAfterMs: 123_457 } })
    await world.swap(ticket)
    await world.swap(await world.sign())
    const rows = await world.db.selectFrom('tickets').selectAll().execute()
    expect(rows.map(({ tab }) => tab)).toEqual([TAB, TAB])
    expect(JSON.stringify(rows)).not.toMatch(/ada|@|123457/)
    expect(JSON.stringify(rows)).not.toContain(ticket)
  })
})

const KINDS: [kind: string, make: (world: TicketWorld, lifeMs?: number) => Promise<string>][] = [
  ['from the relay', (world, lifeMs) => world.issue(ADA, lifeMs)],
  ['that its host signed', (world, lifeMs) => world.sign(ADA, lifeMs ? { lifeMs } : {})],
]

describe.each(KINDS)('a ticket %s', (_, make) => {
  it('is swapped for a grant of its learner, who was never signed in', async () => {
    const world = await openTicketWorld()
    const grant = await world.swap(await make(world))
    expect(decodeJwt(grant.token).sub).toBe('ada')
    expect(grant).toMatchObject({ v: 1, preview: false })
    const flush = { v: 1, grant: grant.token, sentAt: MONDAY, entries: [toStart('r/a', MONDAY)] }
    expect((await post(world.relay, '/v1/entries', flush)).status).toBe(200)
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([
      { learner: 'ada', email: 'ada@school.example', role: 'student' },
    ])
  })

  it('is refused to another tab, at once and later', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world)
    await world.swap(ticket)
    expect(await world.refusal(ticket, OTHER_TAB)).toEqual([401, 'ticket_used'])
    world.clock.pass(2 * MINUTE)
    expect(await world.refusal(ticket, OTHER_TAB)).toEqual([401, 'ticket_used'])
  })

  it('is refused to who says no tab, and a tab that said none has no second try', async () => {
    const world = await openTicketWorld()
    const [ticket, nameless] = [await make(world), await make(world)]
    await world.swap(ticket)
    const [, again] = await readFailure(await world.ask({ ticket }))
    expect(again.code).toBe('ticket_used')
    expect((await world.ask({ ticket: nameless })).status).toBe(200)
    const [, second] = await readFailure(await world.ask({ ticket: nameless }))
    expect(second.code).toBe('ticket_used')
  })

  it('may be repeated by the same tab within a minute, and not after', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world)
    await world.swap(ticket)
    world.clock.pass(MINUTE)
    expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
    world.clock.pass(1)
    expect(await world.refusal(ticket)).toEqual([401, 'ticket_used'])
  })

  it('may be repeated also if it ran out meanwhile', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world, 30 * SECOND)
    world.clock.pass(20 * SECOND)
    await world.swap(ticket)
    world.clock.pass(40 * SECOND)
    expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
  })

  it('is good to its last second', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world)
    world.clock.pass(5 * MINUTE - SECOND)
    expect(await readLearner(world, ticket)).toBe('ada')
  })

  it.each([5 * MINUTE, 6 * MINUTE + SECOND, HOUR])(
    'that nobody used is expired after %i ms',
    async (afterMs) => {
      const world = await openTicketWorld()
      const ticket = await make(world)
      world.clock.pass(afterMs)
      expect(await world.refusal(ticket)).toEqual([401, 'ticket_expired'])
    },
  )

  it('that is refused says nothing of its learner: what a newer one said stands', async () => {
    const world = await openTicketWorld()
    const [old, unused] = [await make(world), await make(world)]
    await world.swap(old)
    const renamed = { ...ADA, email: 'ada.new@school.example', role: 'teacher' as const }
    await world.swap(await world.sign(renamed))
    expect(await world.refusal(old, OTHER_TAB)).toEqual([401, 'ticket_used'])
    world.clock.pass(5 * MINUTE + SECOND)
    expect(await world.refusal(unused)).toEqual([401, 'ticket_expired'])
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([
      { learner: 'ada', email: 'ada.new@school.example', role: 'teacher' },
    ])
  })

  it('is taken once, of two tabs that show it at the same moment', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world)
    const answers = await Promise.all([TAB, OTHER_TAB].map((tab) => world.ask({ ticket, tab })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401])
  })

  it('comes before whom the host’s cookie names', async () => {
    const world = await openTicketWorld()
    const answer = await world.ask({ ticket: await make(world), tab: TAB }, { 'x-learner': 'ben' })
    const { token } = (await answer.json()) as { token: string }
    expect(decodeJwt(token).sub).toBe('ada')
  })

  it('is forgotten an hour after it ran out, used or not', async () => {
    const world = await openTicketWorld()
    const countTickets = async () =>
      (await world.db.selectFrom('tickets').select('ticket_id').execute()).length
    await world.swap(await make(world))
    await world.swap(await world.issue())
    await world.issue()
    world.clock.pass(5 * MINUTE + HOUR)
    await world.relay.deliver()
    expect(await countTickets()).toBe(3)
    world.clock.pass(SECOND)
    await world.relay.deliver()
    expect(await countTickets()).toBe(0)
  })

  it('that is used up does not let the cookie’s learner in instead', async () => {
    const world = await openTicketWorld()
    const ticket = await make(world)
    await world.swap(ticket)
    const answer = await world.ask({ ticket, tab: OTHER_TAB }, { 'x-learner': 'ben' })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'ticket_used' }])
  })
})

describe('what a ticket says of its learner', () => {
  const both = KINDS.map(([kind]) => kind)
  const make = (world: TicketWorld, kind: string, learner: TicketLearner) =>
    kind === both[0] ? world.issue(learner) : world.sign(learner)

  it.each(both)('makes a preview of who is no student: %s', async (kind) => {
    const world = await openTicketWorld()
    const ticket = await make(world, kind, { ...ADA, role: 'teacher' })
    expect((await world.swap(ticket)).preview).toBe(true)
  })

  it.each(both)('gives them the time they need until idle: %s', async (kind) => {
    const world = await openTicketWorld()
    const accommodations = { idleAfterMs: 123_457 }
    const grant = await world.swap(await make(world, kind, { ...ADA, accommodations }))
    expect(grant.policy.idleAfterMs).toBe(123_457)
  })

  /** Whom the sandbox knows from the start. */
  const TOMAS = { email: 'tomas@school.example' }

  it.each(both)('may be no more than an e-mail, by which Timeback finds them: %s', async (kind) => {
    const world = await openTicketWorld({ context: 'timeback' })
    const ticket = await make(world, kind, TOMAS)
    expect(await readLearner(world, ticket)).toBe('learner-2')
  })

  it('may be no more than an e-mail also where identify says it', async () => {
    const identify = () => ({ ...TOMAS, role: 'student' as const })
    const world = await openTicketWorld({ context: 'timeback', identify })
    const { token } = (await (await world.ask({})).json()) as { token: string }
    expect(decodeJwt(token).sub).toBe('learner-2')
  })

  it('is refused if it is no more than an e-mail that nobody looks up', async () => {
    const world = await openTicketWorld()
    const asked = await post(world.relay, '/v1/tickets', { learner: TOMAS }, bearer(API_KEY))
    const expected = { code: 'invalid_request', path: 'learner.sourcedId' }
    expect(await readFailure(asked)).toMatchObject([400, expected])
    const swapped = await world.ask({ ticket: await world.sign(TOMAS), tab: TAB })
    expect(await readFailure(swapped)).toMatchObject([400, expected])
  })

  it('is refused if Timeback does not know them, and then the ticket is not used up', async () => {
    const world = await openTicketWorld({ context: 'timeback' })
    const ticket = await world.sign({ email: 'nobody@school.example' })
    expect(await world.refusal(ticket)).toEqual([403, 'learner_unknown'])
    expect(await world.db.selectFrom('tickets').selectAll().execute()).toEqual([])
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([])
  })

  it('is for a later try while Timeback can not be asked, and then the ticket is not used up', async () => {
    let isUp = false
    const world = await openTicketWorld({ context: 'timeback' })
    const relay = await world.startRelay({}, async (input, init) => {
      if (!isUp) throw new TypeError('fetch failed')
      return world.sandbox.fetch(new Request(input, init))
    })
    const ticket = await world.sign(TOMAS)
    const ask = () => {
      const at = world.clock.now()
      return post(relay, '/v1/grants', { v: 1, startedAt: at, sentAt: at, ticket, tab: TAB })
    }
    expect(await readFailure(await ask())).toMatchObject([503, { code: 'timeback_unreachable' }])
    isUp = true
    world.clock.pass(16 * SECOND)
    expect((await ask()).status).toBe(200)
  })
})

describe('without a ticket', () => {
  it('and without identify nobody is signed in', async () => {
    const world = await openTicketWorld()
    const relay = await world.startRelay({ identify: () => null })
    const answer = await post(relay, '/v1/grants', { v: 1, startedAt: MONDAY, sentAt: MONDAY })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'not_signed_in' }])
  })

  it.each([
    ['a guess', 'a-guess-that-is-no-ticket', 'ticket_unknown'],
    ['three parts of nothing', 'a.b.c', 'ticket_invalid'],
    ['a grant', '', 'ticket_key'],
  ])('but with %s nobody is either', async (_, given, code) => {
    const world = await openTicketWorld()
    const { token } = await world.swap(await world.issue())
    expect(await world.refusal(given || token)).toEqual([401, code])
  })
})
