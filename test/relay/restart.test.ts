import { describe, expect, it, onTestFinished } from 'vitest'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { reserve } from '../../src/relay/reserve.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import { startDying } from './dying.ts'
import { DAY, MINUTE, SECOND, toEnd, toSlice, toStart } from './entries.ts'
import {
  createDataPath,
  openPage,
  openWorld,
  readReport,
  toWords,
  type Page,
  type World,
} from './relay-world.ts'
import { readCompletions, sumTimes } from './told-view.ts'

const toRun = (page: Page, runId = 'r') => [
  toStart(`${runId}/a`, page.wall() - MINUTE),
  toSlice(`${runId}/a`, 0, ['active', 0, MINUTE, 0]),
  toEnd(`${runId}/a`, MINUTE),
]

async function openWithRun(path = ':memory:') {
  const world = await openWorld({ options: { db: openSqlite(path) } })
  const page = await openPage(world, 'ada', { sinceMs: MINUTE })
  await page.flush(...toRun(page))
  return world
}

async function expectToldOnce(world: World) {
  expect(sumTimes(world)).toEqual({ active: 60, inactive: 0, waste: 0 })
  expect(readCompletions(world)).toMatchObject([{ attempt: 1, values: { xpEarned: 1.3 } }])
  const { deliveries } = await readReport(world, 'r')
  expect(deliveries).toMatchObject([{ state: 'delivered' }])
}

describe('a relay that is killed', { timeout: 30_000 }, () => {
  it('after any query of a round has its successor tell the run, once', async () => {
    let queries = 0
    for (let isDead = true; isDead; queries += 1) {
      const world = await openWithRun()
      const dying = await startDying(world, queries)
      await dying.relay.deliver().catch(() => {})
      isDead = dying.isDead()

      const next = await world.startRelay()
      await world.run(10 * MINUTE, next)
      await expectToldOnce(world)
    }
    expect(queries).toBeGreaterThan(15)
  })

  it('after any query of a flush has kept all of it or nothing, and the page’s next try is told once', async () => {
    let queries = 0
    for (let isDead = true; isDead; queries += 1) {
      const world = await openWorld()
      const page = await openPage(world, 'ada', { sinceMs: MINUTE })
      const dying = await startDying(world, queries)
      const response = await page.sendTo(dying.relay, ...toRun(page))
      isDead = dying.isDead()
      expect(response.status).toBe(isDead ? 500 : 200)

      const words = new Set(toWords(await page.flush(...toRun(page))))
      expect(words.size).toBe(1)
      await world.relay.deliver()
      await expectToldOnce(world)
    }
    expect(queries).toBeGreaterThan(10)
  })

  it('between reserving and freezing tells the run after its restart from the same file', async () => {
    const path = createDataPath()
    const before = await openWithRun(path)
    const counting = { policy: DEFAULT_POLICY, allowances: [] }
    const what = {
      learner: 'ada',
      runId: 'r',
      counting,
      results: 'page' as const,
      keepMs: 90 * DAY,
      gapsUntil: 0,
      at: before.clock.now(),
    }
    await before.db.transaction().execute((tx) => reserve(tx, what))
    await before.db.destroy()

    const after = await openWorld({ options: { db: openSqlite(path) } })
    await after.run(MINUTE)
    await expectToldOnce(after)
  })

  it('in the middle of a send asks Timeback first, and does not send what is there', async () => {
    const world = await openWithRun()
    const dying = await world.startRelay({}, async (input, init) => {
      const answer = await world.sandbox.fetch(new Request(input, init))
      return String(input).endsWith('/event') ? new Promise<never>(() => {}) : answer
    })
    const stored = new Promise<void>((resolve) => world.sandbox.subscribe(() => resolve()))
    void dying.deliver()
    await stored

    const next = await world.startRelay()
    await world.run(119 * SECOND, next)
    expect(world.calls).toEqual([])
    await world.run(MINUTE, next)
    expect(world.calls.map(({ method }) => method)).toEqual(['POST', 'GET'])
    expect(world.sends()).toEqual([])
    await expectToldOnce(world)
  })

  it('just before a send asks Timeback first, and sends what is not there', async () => {
    const world = await openWithRun()
    let isAsked = () => {}
    const asked = new Promise<void>((resolve) => (isAsked = resolve))
    const dying = await world.startRelay({}, async (input, init) => {
      if (!String(input).endsWith('/event')) return world.sandbox.fetch(new Request(input, init))
      isAsked()
      return new Promise<never>(() => {})
    })
    void dying.deliver()
    await asked

    const next = await world.startRelay()
    await world.run(10 * MINUTE, next)
    expect(world.sends()).toHaveLength(1)
    await expectToldOnce(world)
  })
})

/** A storage where something happens between the first reading of what is to be sent and whatever comes next. */
function afterReadingOutbox(db: World['db'], happen: () => Promise<void>) {
  const readings = new WeakSet<object>()
  let hasHappened = false
  return db.withPlugin({
    transformQuery({ node, queryId }) {
      const isReading =
        node.kind === 'SelectQueryNode' &&
        JSON.stringify(node.where ?? '').includes('"lease_until"')
      if (isReading) readings.add(queryId)
      return node
    },
    async transformResult({ result, queryId }) {
      if (readings.has(queryId) && !hasHappened) {
        hasHappened = true
        await happen()
      }
      return result
    },
  })
}

describe('several relays on one storage', () => {
  it('don’t send what another has sent since they read of it', async () => {
    const path = createDataPath()
    const world = await openWithRun(path)
    const db = openSqlite(path)
    onTestFinished(() => db.destroy())
    const slow = await world.startRelay({
      db: afterReadingOutbox(db, () => world.relay.deliver()),
    })
    await slow.deliver()
    expect(world.sends()).toHaveLength(1)
    await expectToldOnce(world)
  })

  it('tell a run once between them', async () => {
    const world = await openWithRun()
    const relays = await Promise.all([world.startRelay(), world.startRelay(), world.startRelay()])
    await Promise.all(relays.map((relay) => relay.deliver()))
    await Promise.all(relays.map((relay) => world.run(MINUTE, relay)))
    expect(world.sends()).toHaveLength(1)
    await expectToldOnce(world)
  })

  it('tell many runs once between them', async () => {
    const world = await openWithRun()
    const page = await openPage(world, 'ben', { sinceMs: MINUTE })
    for (let n = 0; n < 20; n += 1) await page.flush(...toRun(page, `r${n}`))
    const relays = await Promise.all([world.startRelay(), world.startRelay(), world.startRelay()])
    await Promise.all(relays.map((relay) => relay.deliver()))
    await world.run(MINUTE)
    expect(world.sends()).toHaveLength(21)
    expect(new Set(readCompletions(world).map(({ run }) => run)).size).toBe(21)
    expect(readCompletions(world)).toHaveLength(21)
  })
})
