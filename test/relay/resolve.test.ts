// Who is meant by an e-mail alone, as a relay finds out that looks learners up at Timeback.

import { describe, expect, it } from 'vitest'
import { decodeJwt } from 'jose'
import type { Grant } from '../../src/contract/grant.ts'
import type { RelayOptions } from '../../src/relay/relay.ts'
import { SECOND } from './entries.ts'
import { post, readFailure } from './relay-world.ts'
import { openTicketWorld, TAB } from './ticket-world.ts'

/** Whom the sandbox's school has; the twins share an address. */
const TOMAS = { email: 'tomas@school.example' }
const TWINS = { email: 'twins@school.example' }
const NOBODY = { email: 'nobody@school.example' }

/** A relay that looks people up, and a switch for the way to Timeback. */
async function open(options: Partial<RelayOptions> = {}) {
  const network = { isUp: true }
  const world = await openTicketWorld({ context: 'timeback', ...options })
  const relay = await world.startRelay({}, async (input, init) => {
    if (!network.isUp) throw new TypeError('fetch failed')
    return world.sandbox.fetch(new Request(input, init))
  })
  const ask = (more: object = {}) => {
    const at = world.clock.now()
    return post(relay, '/v1/grants', { v: 1, startedAt: at, sentAt: at, ...more })
  }
  const readLearner = async (answer: Response) =>
    decodeJwt(((await answer.json()) as Grant).token).sub
  return { world, network, ask, readLearner }
}

describe('a learner who is named by an e-mail alone', () => {
  it('is found at Timeback, by a ticket and where identify says it', async () => {
    const identify = () => ({ ...TOMAS, role: 'student' as const })
    const { world, ask, readLearner } = await open({ identify })
    const ticket = await world.sign(TOMAS)
    expect(await readLearner(await ask({ ticket, tab: TAB }))).toBe('learner-2')
    expect(await readLearner(await ask())).toBe('learner-2')
  })

  it.each([
    ['nobody has', NOBODY, 'learner_unknown'],
    ['two have', TWINS, 'learner_ambiguous'],
  ])('that %s gets no grant, and the ticket is not used up', async (_, learner, code) => {
    const { world, ask } = await open()
    const answer = await ask({ ticket: await world.sign(learner), tab: TAB })
    expect(await readFailure(answer)).toMatchObject([403, { code }])
    expect(await world.db.selectFrom('tickets').selectAll().execute()).toEqual([])
    expect(await world.db.selectFrom('learners').selectAll().execute()).toEqual([])
  })

  it('waits while Timeback is away, unless they were here before', async () => {
    const { world, network, ask, readLearner } = await open()
    network.isUp = false
    const ticket = await world.sign(TOMAS)
    const away = await ask({ ticket, tab: TAB })
    expect(await readFailure(away)).toMatchObject([503, { code: 'timeback_unreachable' }])
    network.isUp = true
    world.clock.pass(16 * SECOND)
    expect(await readLearner(await ask({ ticket, tab: TAB }))).toBe('learner-2')
    network.isUp = false
    const again = await ask({ ticket: await world.sign(TOMAS), tab: TAB })
    expect(await readLearner(again)).toBe('learner-2')
  })
})
