import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { describe, expect, it } from 'vitest'
import { keepLoss } from '../../src/relay/losses.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import type { Database } from '../../src/relay/storage.ts'
import {
  ALL_RIGHT,
  DAY,
  FRACTIONS,
  HOUR,
  MINUTE,
  MONDAY,
  toEnd,
  toSlice,
  toStart,
} from './entries.ts'
import { createDataPath, get, openPage, post, API_KEY } from './relay-world.ts'
import { finish, MIRA, openSchool } from './school-world.ts'

interface Plan {
  sql: string
  steps: string[]
}

/**
 * Keeps each query that is made of a database, for its plan to be asked later: without statistics SQLite plans by the
 * indexes alone, and so as it would for any number of rows.
 */
function watch(db: Database) {
  const nodes: RootOperationNode[] = []
  const watching: KyselyPlugin = {
    transformQuery({ node }) {
      nodes.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const readPlans = async (): Promise<Plan[]> => {
    const executor = db.getExecutor()
    const compiled = nodes.map((node) => executor.compileQuery(node, { queryId: '' }))
    const queries = new Map(compiled.map(({ sql, parameters }) => [sql, parameters]))
    // Asked once, at the start, for what has been migrated.
    for (const sql of queries.keys()) if (sql.includes('"kysely_')) queries.delete(sql)
    return Promise.all(
      [...queries].map(async ([sql, parameters]) => {
        const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
        const { rows } = await db.executeQuery<{ detail: string }>(explained)
        return { sql, steps: rows.map(({ detail }) => detail) }
      }),
    )
  }
  return { watched: db.withPlugin(watching), readPlans }
}

/** A day and what comes of it, with gaps, a host's word, Timeback away and back, and pruning in the end. */
async function liveThrough() {
  const db = openSqlite(createDataPath())
  const world = await openSchool({ options: { db } })
  const { watched, readPlans } = watch(db)
  const relay = await world.startRelay({
    db: watched,
    gradebook: { mode: 'direct' },
  })
  await finish(world, { relay })
  const page = await openPage(world, MIRA, { relay })
  await page.flush(toStart('open/a', page.wall()), toSlice('open/a', 0, ['active', 0, 9_000, 0]))
  await page.flush(toSlice('open/a', 0, ['active', 0, MINUTE, 0]))
  await page.flush(toStart('gap/a', page.wall()), toEnd('gap/a', MINUTE, ALL_RIGHT))
  const legs = ['one/a', 'two/a', 'two/b']
  await Promise.all(
    legs.map((leg) =>
      page.flush(toStart(leg, page.wall()), toSlice(leg, 0, ['active', 0, 9_000, 0])),
    ),
  )
  await keepLoss(watched, MIRA, { rows: 1, ms: 1_000 }, world.clock.now())
  await world.run(30 * MINUTE, relay)
  world.sandbox.faults.add({ on: 'event', lostAnswer: true, count: 2 })
  await finish(world, { relay, runId: 's', result: { ...ALL_RIGHT, masteredUnits: 1 } })
  await world.run(MINUTE, relay)
  await relay.record({
    learner: MIRA,
    activity: FRACTIONS,
    result: ALL_RIGHT,
    time: { startedAt: MONDAY - HOUR, endedAt: MONDAY - HOUR / 2, activeMs: MINUTE },
  })
  await world.run(HOUR, relay)
  const authorization = { authorization: `Bearer ${API_KEY}` }
  await get(relay, '/v1/runs/r', authorization)
  await get(relay, `/v1/audit?learner=${MIRA}&day=2026-01-26`, authorization)
  const asked = { learner: { email: 'mira@school.example', role: 'student' }, lifeMs: MINUTE }
  await post(relay, '/v1/tickets', asked, authorization)
  world.clock.pass(100 * DAY)
  await relay.deliver()
  expect(await db.selectFrom('slices').selectAll().execute()).toEqual([])
  return readPlans()
}

/** By which what several flushes name is found. */
const WHOLE_KEYS = [
  ['runs', 'learner=? AND run_id=?'],
  ['legs', 'learner=? AND run_id=? AND leg_id=?'],
  // How many legs a run has that gets one more.
  ['legs', 'learner=? AND run_id=?'],
  ['slices', 'learner=? AND run_id=? AND leg_id=? AND n=?'],
  // Whether any of the run is untold.
  ['slices', 'learner=? AND run_id=?'],
]

describe('what is asked at each flush and in each round', () => {
  it('reads no table from end to end, and sorts nothing before it stops', async () => {
    const plans = await liveThrough()
    expect(plans.length).toBeGreaterThan(40)
    const isSearch = (step: string) => step.startsWith('SEARCH')
    const isScan = (step: string) => /^SCAN (?!CONSTANT ROW|\d)/.test(step)
    expect(plans.filter(({ steps }) => steps.some(isScan))).toEqual([])
    const limited = plans.filter(({ sql }) => /order by .* limit/.test(sql))
    expect(limited.length).toBeGreaterThan(3)
    const isSorted = (step: string) => step.includes('USE TEMP B-TREE')
    expect(limited.filter(({ steps }) => steps.some(isSorted))).toEqual([])
    const named = plans.filter(({ sql }) => sql.includes('in (values'))
    const searches = new Set(named.flatMap(({ steps }) => steps.filter(isSearch)))
    expect([...searches].map((step) => /^SEARCH (\w+) .*\((.*)\)$/.exec(step)?.slice(1))).toEqual(
      expect.arrayContaining(WHOLE_KEYS),
    )
    expect(searches.size).toBe(WHOLE_KEYS.length)
  })
})
