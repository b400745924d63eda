// A reload in the tab that a ticket was swapped in: the same learner, the same sitting, and no new ticket.

import { describe, expect, it } from 'vitest'
import { base64url, decodeJwt, SignJWT } from 'jose'
import type { Grant } from '../../src/contract/grant.ts'
import { SITTING_MS } from '../../src/contract/limits.ts'
import { sealRenewal } from '../../src/relay/renewal.ts'
import { HOUR, MINUTE, MONDAY, SECOND } from './entries.ts'
import { openPage, post, readFailure, SECRET } from './relay-world.ts'
import { ADA, openTicketWorld, TAB } from './ticket-world.ts'

const RENEWAL = {
  recipient: { sourcedId: 'ben', preview: false },
  sitting: { opensAt: MONDAY, closesAt: MONDAY + HOUR },
}

async function open() {
  const world = await openTicketWorld()
  const first = await world.swap(await world.issue())
  const renew = async (renewal = first.renewal!) =>
    (await (await world.ask({ renewal })).json()) as Grant
  return { world, first, renew }
}

describe('a renewal', () => {
  it('gives the same learner a grant for what is left of the sitting, and no minute more', async () => {
    const { world, first, renew } = await open()
    world.clock.pass(3 * HOUR)
    const second = await renew()
    expect(second.learnerKey).toBe(first.learnerKey)
    expect(decodeJwt(second.token).sub).toBe('ada')
    expect(second.closesAt).toBe(first.closesAt)
    expect(second.id).not.toBe(first.id)
    world.clock.pass(8 * HOUR)
    const third = await renew(second.renewal)
    expect(third.closesAt).toBe(first.closesAt)
    world.clock.pass(HOUR)
    const answer = await world.ask({ renewal: third.renewal! })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'grant_expired' }])
  })

  it('does not date a sitting back beyond where it began', async () => {
    const { world, first } = await open()
    world.clock.pass(MINUTE)
    const sentAt = world.clock.now()
    const asked = { v: 1, startedAt: sentAt - 5 * HOUR, sentAt, renewal: first.renewal }
    const answer = await post(world.relay, '/v1/grants', asked)
    expect(((await answer.json()) as Grant).opensAt).toBe(first.opensAt)
  })

  it('keeps what the ticket said: a preview, and the time a learner needs', async () => {
    const world = await openTicketWorld()
    const accommodations = { idleAfterMs: 123_457 }
    const ticket = await world.issue({ ...ADA, role: 'teacher', accommodations })
    const { renewal } = await world.swap(ticket)
    const answer = await world.ask({ renewal: renewal! })
    expect(await answer.json()).toMatchObject({
      preview: true,
      policy: { idleAfterMs: 123_457 },
    })
  })

  it('says nothing of the learner that anybody could read', async () => {
    const world = await openTicketWorld()
    const { renewal = '' } = await world.swap(await world.issue())
    const parts = renewal.split('.').map((part) => new TextDecoder().decode(base64url.decode(part)))
    expect(parts.join()).toContain('A256GCM')
    expect(parts.join()).not.toMatch(/sourcedId|"ada"|preview/)
  })

  it.each([
    ['of a relay with another secret', async () => sealRenewal('another', RENEWAL)],
    [
      'that only is signed',
      async () =>
        new SignJWT({ ...RENEWAL })
          .setProtectedHeader({ alg: 'HS256' })
          .setIssuer('stint')
          .sign(new TextEncoder().encode(SECRET)),
    ],
    ['that is no token', async () => 'renewal'],
  ])('%s is refused', async (_, make) => {
    const world = await openTicketWorld()
    const answer = await world.ask({ renewal: await make() })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'grant_invalid' }])
  })

  it('gives way to whom the host’s cookie names now', async () => {
    const { world, first } = await open()
    const answer = await world.ask({ renewal: first.renewal! }, { 'x-learner': 'ben' })
    const grant = (await answer.json()) as Grant
    expect(decodeJwt(grant.token).sub).toBe('ben')
    expect(grant.renewal).toBeUndefined()
  })

  it('gives way to a new ticket, also one that is not taken', async () => {
    const { world, first } = await open()
    const renewal = first.renewal!
    const ticket = await world.issue({ sourcedId: 'ben', email: 'ben@school.example' })
    const answer = await world.ask({ renewal, ticket, tab: TAB })
    expect(decodeJwt(((await answer.json()) as Grant).token).sub).toBe('ben')
    const refused = await world.ask({ renewal, ticket: 'a-ticket-that-is-not-known', tab: TAB })
    expect(await readFailure(refused)).toMatchObject([401, { code: 'ticket_unknown' }])
  })

  it('is given to nobody who came without a ticket', async () => {
    const { world } = await open()
    expect((await openPage(world)).grant.renewal).toBeUndefined()
  })

  it('takes no entries and reads nothing, and no other token renews', async () => {
    const { world, first } = await open()
    const flush = { v: 1, grant: first.renewal, sentAt: world.clock.now(), entries: [{}] }
    const sent = await post(world.relay, '/v1/entries', flush)
    expect(await readFailure(sent)).toMatchObject([401, { code: 'grant_invalid' }])
    for (const renewal of [first.token, first.reading.token]) {
      const answer = await world.ask({ renewal })
      expect(await readFailure(answer)).toMatchObject([401, { code: 'grant_invalid' }])
    }
  })
})

describe('the key of a learner', () => {
  it('is the same on every grant, however they came, and another for somebody else', async () => {
    const { world, first } = await open()
    const again = await world.swap(await world.sign())
    const byCookie = (await openPage(world, 'ada')).grant
    const other = (await openPage(world, 'ben')).grant
    expect([again.learnerKey, byCookie.learnerKey]).toEqual([first.learnerKey, first.learnerKey])
    expect(other.learnerKey).not.toBe(first.learnerKey)
  })

  it('says nothing of the learner, and is another one on another relay', async () => {
    const { world, first } = await open()
    expect(first.learnerKey).toMatch(/^[\w-]{22}$/)
    const stranger = await world.startRelay({ secret: 'another secret, quite as long as that' })
    const { grant } = await openPage(world, 'ada', { relay: stranger })
    expect(grant.learnerKey).not.toBe(first.learnerKey)
  })
})

it('a sitting by ticket lasts as long as any', async () => {
  const { world, first } = await open()
  expect(first.closesAt - first.opensAt).toBe(SITTING_MS)
  expect(first.opensAt).toBeGreaterThanOrEqual(world.clock.now() - MINUTE - SECOND)
})
