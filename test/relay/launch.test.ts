// A link to a static page: who comes by it brings a code that is good once, and nothing else is in any address.

import { describe, expect, it } from 'vitest'
import { decodeJwt } from 'jose'
import { MINUTE, SECOND } from './entries.ts'
import { ORIGIN, readFailure } from './relay-world.ts'
import { ADA, openTicketWorld, OTHER_TAB, TAB, type TicketWorld } from './ticket-world.ts'

const PAGE = 'https://school.example/lessons/fractions.html?unit=2'

function follow(world: TicketWorld, query: Record<string, string>, init: RequestInit = {}) {
  const url = `${ORIGIN}/v1/launch?${new URLSearchParams(query).toString()}`
  return world.relay.fetch(new Request(url, init))
}

/** Follows a link with a fresh ticket, and returns where it leads. */
async function launch(world: TicketWorld, to = PAGE): Promise<string> {
  const answer = await follow(world, { ticket: await world.issue(), to })
  if (answer.status !== 303) throw new Error(await answer.text())
  return answer.headers.get('location') ?? ''
}

const readCode = (location: string) => /stint=([\w-]+)$/.exec(location)?.[1] ?? ''

describe('a launch', () => {
  it('leads to the page with a code behind the #, and to no cache and no referrer', async () => {
    const world = await openTicketWorld()
    const ticket = await world.issue()
    const answer = await follow(world, { ticket, to: PAGE })
    expect([answer.status, await answer.text()]).toEqual([303, ''])
    const location = answer.headers.get('location') ?? ''
    expect(location).toMatch(
      /^https:\/\/school\.example\/lessons\/fractions\.html\?unit=2#stint=[\w-]{43}$/,
    )
    expect(location).not.toContain(ticket)
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('gives the page’s tab a grant of the learner, once', async () => {
    const world = await openTicketWorld()
    const code = readCode(await launch(world))
    const grant = await world.swap(code)
    expect(decodeJwt(grant.token).sub).toBe('ada')
    expect(await world.refusal(code, OTHER_TAB)).toEqual([401, 'ticket_used'])
    world.clock.pass(MINUTE)
    expect((await world.swap(code)).learnerKey).toBe(grant.learnerKey)
    world.clock.pass(1)
    expect(await world.refusal(code)).toEqual([401, 'ticket_used'])
  })

  it('has a code that is good for a minute, though the ticket was for longer', async () => {
    const world = await openTicketWorld()
    const [early, late] = [readCode(await launch(world)), readCode(await launch(world))]
    world.clock.pass(MINUTE - SECOND)
    await world.swap(early)
    world.clock.pass(SECOND)
    expect(await world.refusal(late)).toEqual([401, 'ticket_expired'])
  })

  it('works with a ticket that its host signed, and carries over what that said', async () => {
    const world = await openTicketWorld()
    const accommodations = { idleAfterMs: 123_457 }
    const ticket = await world.sign({ ...ADA, role: 'guide', accommodations })
    const answer = await follow(world, { ticket, to: PAGE })
    const location = answer.headers.get('location') ?? ''
    expect(location).not.toContain('ada')
    expect(await world.swap(readCode(location))).toMatchObject({
      preview: true,
      policy: { idleAfterMs: 123_457 },
    })
  })

  it.each([
    ['keeps the page’s own fragment', `${PAGE}#part-2`, `${PAGE}#part-2&stint=`],
    ['may lead to the relay’s own origin', `${ORIGIN}/lesson`, `${ORIGIN}/lesson#stint=`],
  ])('%s', async (_, to, expected) => {
    const location = await launch(await openTicketWorld(), to)
    expect(location.slice(0, location.indexOf('stint=') + 6)).toBe(expected)
  })

  it('uses the ticket up', async () => {
    const world = await openTicketWorld()
    const ticket = await world.issue()
    await follow(world, { ticket, to: PAGE })
    const again = await follow(world, { ticket, to: PAGE })
    expect(await readFailure(again)).toMatchObject([401, { code: 'ticket_used' }])
    expect(await world.refusal(ticket, TAB)).toEqual([401, 'ticket_used'])
  })
})

describe('a launch leads nowhere', () => {
  it.each([
    ['on a foreign origin', 'https://evil.example/', 403, 'origin_not_allowed'],
    ['on one that begins alike', 'https://school.example.evil.example/', 403, 'origin_not_allowed'],
    ['by a name before it', 'https://school.example@evil.example/', 403, 'origin_not_allowed'],
    ['on another port', 'https://school.example:8443/', 403, 'origin_not_allowed'],
    ['by another scheme', 'http://school.example/', 403, 'origin_not_allowed'],
    ['in a script', 'javascript:alert(1)', 400, 'invalid_request'],
    ['by half an address', '//school.example/', 400, 'invalid_request'],
    ['at all', '', 400, 'invalid_request'],
  ])('%s, and the ticket is still good', async (_, to, status, code) => {
    const world = await openTicketWorld()
    const ticket = await world.issue()
    const answer = await follow(world, { ticket, to })
    expect(answer.headers.get('location')).toBeNull()
    expect(await readFailure(answer)).toMatchObject([status, { code, path: 'to' }])
    expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
  })

  it('in a script even where every origin is allowed', async () => {
    const world = await openTicketWorld({ isAllowedOrigin: () => true })
    const answer = await follow(world, { ticket: await world.issue(), to: 'javascript:alert(1)' })
    expect(answer.status).toBe(400)
  })

  it.each([
    ['no ticket', '', 400, 'invalid_request'],
    ['a guess', 'a-guess', 401, 'ticket_unknown'],
  ])('with %s', async (_, ticket, status, code) => {
    const answer = await follow(await openTicketWorld(), { ticket, to: PAGE })
    expect(await readFailure(answer)).toMatchObject([status, { code }])
  })

  it('with a ticket that has expired', async () => {
    const world = await openTicketWorld()
    const ticket = await world.issue()
    world.clock.pass(5 * MINUTE)
    const answer = await follow(world, { ticket, to: PAGE })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'ticket_expired' }])
  })

  it.each<[what: string, init: RequestInit]>([
    ['a browser that fetches ahead', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['who looks at its head', { method: 'HEAD' }],
  ])('for %s, and the ticket is still good', async (_, init) => {
    const world = await openTicketWorld()
    const ticket = await world.issue()
    const answer = await follow(world, { ticket, to: PAGE }, init)
    expect([answer.status, answer.headers.get('location')]).toEqual([403, null])
    expect(decodeJwt((await world.swap(ticket)).token).sub).toBe('ada')
  })
})
