import { describe, expect, it, vi } from 'vitest'
import type { GrantRequest } from '../../src/contract/grant.ts'
import { SITTING_MS } from '../../src/contract/limits.ts'
import { createRenewGrant } from '../../src/page/grant.ts'
import type { TabTicket } from '../../src/page/ticket.ts'
import { createHost, isAway, refuseAll, type Answer } from './fake-page.ts'
import { toGrant } from './rows.ts'

/** As the relay does it: dated back at most a sitting, and a minute for the way. */
const WAY_MS = 60_000
const NOW = 1_000_000

/** A page whose host knows its learner by a cookie. */
const NO_TICKET: TabTicket = {
  isNew: () => false,
  toProof: async () => ({}),
  keep() {},
  forget() {},
}

const refuseWith =
  (status: number, code: string): Answer =>
  () =>
    Response.json({ error: { code, message: 'why' } }, { status })

function open(answers: Answer[], ticket = NO_TICKET) {
  const sittings: { opensAt: number; closesAt: number }[] = []
  const grant: Answer = ({ body }) => {
    const { startedAt, sentAt } = body as unknown as GrantRequest
    const opensAt = sentAt - Math.min(sentAt - startedAt + WAY_MS, SITTING_MS)
    sittings.push({ opensAt, closesAt: opensAt + SITTING_MS })
    return Response.json(toGrant(sittings.at(-1)))
  }
  const world = createHost((sent) => (answers.shift() ?? grant)(sent))
  return {
    ...world,
    sittings,
    renew: createRenewGrant(world.page, ticket),
    asked: () => world.sent.map(({ body }) => body as unknown as GrantRequest),
    names: () => world.heard.map(([name]) => name),
  }
}

describe('a grant', () => {
  it('is not asked for before something was started', async () => {
    const { renew, sent } = open([])
    expect(await renew(undefined)).toBeUndefined()
    expect(sent).toEqual([])
  })

  it('is asked for with the host’s cookie, dated back to the start', async () => {
    const { renew, sent, heard } = open([])
    expect(await renew(NOW - 5_000)).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      url: 'https://relay.example/v1/grants',
      credentials: 'include',
      keepalive: false,
      body: { v: 1, startedAt: NOW - 5_000, sentAt: NOW },
    })
    expect(heard).toMatchObject([['grant', { id: 'g1' }]])
  })

  it('is not asked for again while it holds', async () => {
    const { renew, sent, pass } = open([])
    await renew(NOW)
    pass(11 * 3_600_000)
    await renew(NOW)
    expect(sent).toHaveLength(1)
  })

  it('is asked for again after no answer, and covers the first run that waits for it', async () => {
    const { renew, asked, names, pass } = open([isAway, isAway])
    expect(await renew(NOW)).toBe(0)
    expect(names()).toEqual([])
    pass(60_000)
    // The page has ended its first run and started another one meanwhile.
    expect(await renew(NOW + 30_000)).toBe(0)
    pass(60_000)
    expect(await renew(NOW + 30_000)).toBeUndefined()
    expect(asked().map(({ startedAt }) => startedAt)).toEqual([NOW, NOW, NOW])
    expect(names()).toEqual(['grant'])
  })

  it('that is refused means nobody, and is asked for again: somebody may sign in', async () => {
    const { renew, names } = open([refuseAll])
    expect(await renew(NOW)).toBeUndefined()
    expect(names()).toEqual(['nobody'])
    expect(await renew(NOW)).toBeUndefined()
    expect(names()).toEqual(['nobody', 'grant'])
  })

  it.each([
    [400, 'invalid_request'],
    [403, 'origin_not_allowed'],
    [404, 'not_found'],
  ])('that is refused with %i %s is no word about the learner', async (status, code) => {
    const forget = vi.fn<() => void>()
    const answer = refuseWith(status, code)
    const { renew, asked, names, pass } = open([answer, answer], { ...NO_TICKET, forget })
    for (let tries = 0; tries < 2; tries += 1) {
      // Asked for again later and later, as after no answer.
      expect(await renew(NOW)).toBe(0)
      pass(60_000)
    }
    expect(await renew(NOW)).toBeUndefined()
    expect(names()).toEqual(['refused', 'refused', 'grant'])
    expect(asked().map(({ startedAt }) => startedAt)).toEqual([NOW, NOW, NOW])
    expect(forget).not.toHaveBeenCalled()
  })

  it.each([
    [401, 'ticket_expired'],
    [403, 'learner_unknown'],
    [403, 'learner_ambiguous'],
  ])('that is refused with %i %s means nobody, and no ticket of theirs', async (status, code) => {
    const forget = vi.fn<() => void>()
    const { renew, names } = open([refuseWith(status, code)], { ...NO_TICKET, forget })
    expect(await renew(NOW)).toBeUndefined()
    expect(names()).toEqual(['nobody'])
    expect(forget).toHaveBeenCalledOnce()
  })

  it('is followed by the next before it runs out, without a hole and without an end', async () => {
    const { renew, sittings, pass } = open([])
    const TURN_MS = 15_000
    for (let turn = 0; turn * TURN_MS < 3 * SITTING_MS; turn += 1) {
      await renew(NOW)
      pass(TURN_MS)
    }
    expect(sittings.length).toBeGreaterThan(3)
    expect(sittings.length).toBeLessThan(6)
    const overlaps = sittings
      .slice(1)
      .map(({ opensAt }, index) => sittings[index]!.closesAt - opensAt)
    // A slice that is open at the change reaches back a minute at most.
    expect(Math.min(...overlaps)).toBeGreaterThanOrEqual(60_000)
  })

  it('that the relay knows no more is followed by one that covers the same time', async () => {
    const { renew, asked, pass } = open([])
    await renew(NOW)
    pass(3_600_000)
    await renew(NOW, true)
    expect(asked().map(({ startedAt }) => startedAt)).toEqual([NOW, NOW])
  })

  it('that ran out while the machine slept is followed by one that lasts', async () => {
    const { renew, sittings, sent, pass } = open([])
    await renew(NOW)
    pass(13 * 3_600_000)
    await renew(NOW)
    expect(sittings[1]!.closesAt).toBeGreaterThan(NOW + 24 * 3_600_000)
    pass(15_000)
    await renew(NOW)
    expect(sent).toHaveLength(2)
  })

  it('that ran out without a network is followed by one for all that was seen since', async () => {
    const answers: Answer[] = []
    const { renew, asked, names, pass } = open(answers)
    await renew(NOW)
    pass(13 * 3_600_000)
    const wokeAt = NOW + 13 * 3_600_000
    answers.push(isAway, isAway)
    for (let tries = 0; tries < 3; tries += 1) {
      await renew(NOW)
      pass(600_000)
    }
    expect(names()).toEqual(['grant', 'grant'])
    const [first, ...others] = asked().slice(1)
    expect(first!.startedAt).toBeLessThanOrEqual(wokeAt)
    expect(first!.startedAt).toBeGreaterThan(wokeAt - 600_000)
    expect(others.map(({ startedAt }) => startedAt)).toEqual(Array(2).fill(first!.startedAt))
  })

  it('that ran out between two late tries is followed by one without a hole', async () => {
    const answers: Answer[] = []
    const { renew, sittings, pass } = open(answers)
    await renew(NOW)
    pass(SITTING_MS - 2 * WAY_MS - 1)
    await renew(NOW)
    answers.push(isAway)
    pass(300_000)
    await renew(NOW)
    pass(300_000)
    await renew(NOW)
    expect(sittings).toHaveLength(2)
    expect(sittings[0]!.closesAt - sittings[1]!.opensAt).toBeGreaterThanOrEqual(60_000)
  })

  it('is not dated back to before nobody was signed in', async () => {
    const answers: Answer[] = []
    const { renew, asked, pass } = open(answers)
    await renew(NOW)
    pass(SITTING_MS)
    answers.push(isAway, refuseAll)
    await renew(NOW)
    pass(60_000)
    await renew(NOW)
    const nobodyAt = asked().at(-1)!.sentAt
    pass(60_000)
    await renew(NOW)
    expect(asked().at(-1)!.startedAt).toBe(nobodyAt)
  })
})
