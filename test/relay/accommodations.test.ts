// Learners who need more time: theirs alone, and nobody else's business.

import { describe, expect, it } from 'vitest'
import { decodeJwt } from 'jose'
import { sql } from 'kysely'
import type { Threshold } from '../../src/contract/grant.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import type { Identify, Learner, RelayOptions } from '../../src/relay/relay.ts'
import { MINUTE, MONDAY, toSpans } from './entries.ts'
import { LEARNERS, openPage, openWorld, post, readFailure, readReport } from './relay-world.ts'
import { work } from './work.ts'

/** A number that is nowhere else, to be looked for. */
const IDLE_AFTER_MS = 123_457

/** Ada needs longer; nothing is said of anybody else. */
const toIdentify =
  (accommodations: Learner['accommodations']): Identify =>
  (request) => {
    const learner = LEARNERS[request.headers.get('x-learner') ?? '']
    if (!learner) return null
    return learner.sourcedId === 'ada' ? { ...learner, accommodations } : learner
  }

async function readPolicy(idleAfterMs: Threshold, options: Partial<RelayOptions> = {}) {
  const identify = toIdentify({ idleAfterMs })
  const world = await openWorld({ options: { identify, ...options } })
  return (await openPage(world)).grant.policy
}

describe('a learner who needs longer', () => {
  it.each<[longer: Threshold]>([[120_000], ['never']])(
    'gets %s until idle, and every other threshold as all do',
    async (idleAfterMs) => {
      expect(await readPolicy(idleAfterMs)).toEqual({ ...DEFAULT_POLICY, idleAfterMs })
    },
  )

  it.each<[less: Threshold]>([[59_999], [1_000], [0]])(
    'never gets less than the others: not %s',
    async (idleAfterMs) => {
      expect(await readPolicy(idleAfterMs)).toEqual(DEFAULT_POLICY)
    },
  )

  it('gets no end where nobody has one', async () => {
    const policy = { idleAfterMs: 'never' } as const
    expect((await readPolicy(120_000, { policy })).idleAfterMs).toBe('never')
  })

  it('is measured by the operator’s own number, not by the default', async () => {
    const policy = { idleAfterMs: 300_000 }
    expect((await readPolicy(120_000, { policy })).idleAfterMs).toBe(300_000)
    expect((await readPolicy(400_000, { policy })).idleAfterMs).toBe(400_000)
  })

  it.each<[what: string, accommodations: Learner['accommodations']]>([
    ['nothing', undefined],
    ['nothing in it', {}],
    ['a number that is not known', { idleAfterMs: undefined }],
  ])('is none of whom the host says %s', async (_, accommodations) => {
    const world = await openWorld({ options: { identify: toIdentify(accommodations) } })
    expect((await openPage(world)).grant.policy).toEqual(DEFAULT_POLICY)
  })

  it.each([
    ['a word', 'long'],
    ['less than nothing', -1],
    ['half a ms', 1_000.5],
    ['null', null],
  ])('is the host’s mistake as %s, which is named and not repeated', async (_, idleAfterMs) => {
    const identify = toIdentify({ idleAfterMs } as unknown as Learner['accommodations'])
    const world = await openWorld({ options: { identify } })
    const request = { v: 1, startedAt: MONDAY, sentAt: MONDAY }
    const answer = await post(world.relay, '/v1/grants', request, { 'x-learner': 'ada' })
    const [status, error] = await readFailure(answer)
    expect([status, error.code, error.path]).toEqual([
      500,
      'learner_invalid',
      'accommodations.idleAfterMs',
    ])
  })
})

describe('that somebody needs longer', () => {
  /** A run of Ada's, who needs longer, and one of Ben's, from the same relay. */
  async function openBoth() {
    const identify = toIdentify({ idleAfterMs: IDLE_AFTER_MS })
    const world = await openWorld({ options: { identify } })
    const [ada, ben] = [await openPage(world, 'ada'), await openPage(world, 'ben')]
    expect(ada.grant.policy.idleAfterMs).toBe(IDLE_AFTER_MS)
    for (const [page, run] of [
      [ada, 'r'],
      [ben, 's'],
    ] as const) {
      await work(world, page, run, toSpans(['active', 3 * MINUTE], ['idle', MINUTE]))
    }
    return { world, ada, ben }
  }

  it('is not to be seen in the grant of anybody else, before or after', async () => {
    const { world, ben } = await openBoth()
    const later = await openPage(world, 'ben')
    for (const { grant } of [ben, later]) {
      expect(grant.policy).toEqual(DEFAULT_POLICY)
      expect(JSON.stringify(grant)).not.toMatch(/accommodation|123457/)
    }
  })

  it('is in no token, which others might read', async () => {
    const { ada } = await openBoth()
    for (const token of [ada.grant.token, ada.grant.reading.token]) {
      expect(JSON.stringify(decodeJwt(token))).not.toMatch(/accommodation|idle|policy|123457/)
    }
  })

  it('is kept nowhere in the storage', async () => {
    const { world } = await openBoth()
    const { rows: tables } = await sql<{
      name: string
      sql: string
    }>`select name, sql from sqlite_master where type = 'table'`.execute(world.db)
    expect(tables.length).toBeGreaterThan(8)
    for (const { name, sql: made } of tables) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(world.db)
      expect(`${made} ${JSON.stringify(rows)}`).not.toMatch(/accommodation|123457/)
    }
  })

  it('is neither told to Timeback nor reported nor logged', async () => {
    const { world } = await openBoth()
    expect(world.calls.length).toBeGreaterThan(1)
    const said = [
      ...world.calls.map(({ body }) => body),
      ...world.logged,
      JSON.stringify(await readReport(world, 'r')),
      JSON.stringify(await readReport(world, 's', { learner: 'ben' })),
    ]
    for (const text of said) expect(text).not.toMatch(/accommodation|123457/)
  })

  it('is not logged where the host has said it wrong', async () => {
    const identify = toIdentify({ idleAfterMs: -IDLE_AFTER_MS })
    const world = await openWorld({ options: { identify } })
    const request = { v: 1, startedAt: MONDAY, sentAt: MONDAY }
    await post(world.relay, '/v1/grants', request, { 'x-learner': 'ada' })
    expect(world.logged.join()).toContain('a request failed')
    expect(world.logged.join()).not.toContain('123457')
  })
})
