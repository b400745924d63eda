import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sql, type KyselyPlugin } from 'kysely'
import { createReceive } from '../../src/relay/group.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import { prepareStorage, type Database } from '../../src/relay/storage.ts'
import { HOUR, MONDAY, toSlice, toSpans, toStart } from './entries.ts'
import { createDataPath } from './relay-world.ts'

/** Counts transactions, and fails whatever writes a row of the learner `bad`. */
function watch(db: Database) {
  let transactions = 0
  const failing: KyselyPlugin = {
    transformQuery({ node }) {
      const isBad = node.kind === 'InsertQueryNode' && JSON.stringify(node).includes('"bad"')
      if (isBad) throw new Error('this one fails')
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const watched = new Proxy(db.withPlugin(failing), {
    get(target, name) {
      if (name === 'transaction') transactions += 1
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { db: watched, transactions: () => transactions }
}

async function open() {
  const path = createDataPath()
  const storage = openSqlite(path)
  onTestFinished(() => storage.destroy())
  await prepareStorage(storage)
  const { db, transactions } = watch(storage)
  const receive = createReceive(db, { leaseMs: HOUR, gapMs: HOUR, results: 'page' })
  const send = (learner: string, ...entries: unknown[]) =>
    receive(
      { learner, preview: false, opensAt: MONDAY, closesAt: MONDAY + HOUR },
      { v: 1, grant: '', sentAt: MONDAY, entries },
      MONDAY,
    )
  return { path, storage, send, transactions }
}

const toNames = (count: number) => Array.from({ length: count }, (_, n) => `learner-${n}`)

describe('flushes that arrive together', () => {
  it('share one transaction, and each gets its own receipt', async () => {
    const { send, transactions } = await open()
    const receipts = await Promise.all(
      toNames(20).map((learner, n) => send(learner, toStart(`r${n}/a`, MONDAY))),
    )
    expect(receipts.map(({ verdicts }) => verdicts.map(({ id }) => id))).toEqual(
      receipts.map((_, n) => [`r${n}/a/start`]),
    )
    expect(transactions()).toBe(1)
  })

  it('are at most 64 in one', async () => {
    const { send, transactions } = await open()
    await Promise.all(toNames(65).map((learner) => send(learner, toStart('r/a', MONDAY))))
    expect(transactions()).toBe(2)
  })

  it('don’t fail with one of them that does', async () => {
    const { storage, send } = await open()
    const outcomes = await Promise.allSettled(
      ['ada', 'bad', 'cyd'].map((learner) => send(learner, toStart('r/a', MONDAY))),
    )
    expect(outcomes).toMatchObject([
      { value: { verdicts: [{ verdict: 'stored' }] } },
      { reason: { message: 'this one fails' } },
      { value: { verdicts: [{ verdict: 'stored' }] } },
    ])
    const rows = await storage.selectFrom('runs').select('learner').orderBy('learner').execute()
    expect(rows.map(({ learner }) => learner)).toEqual(['ada', 'cyd'])
    expect((await send('dan', toStart('r/a', MONDAY))).verdicts[0]?.verdict).toBe('stored')
  })

  it('wait for a storage that another process holds once, and not one after the other', async () => {
    const { path, storage, send, transactions } = await open()
    const other = new DatabaseSync(path)
    other.exec('begin immediate')
    await sql`PRAGMA busy_timeout=0`.execute(storage)
    const outcomes = await Promise.allSettled(
      ['ada', 'ben', 'cyd'].map((learner) => send(learner, toStart('r/a', MONDAY))),
    )
    const busy = { reason: { reason: 'busy' } }
    expect(outcomes).toMatchObject([busy, busy, busy])
    expect(transactions()).toBe(1)
    other.exec('rollback')
    other.close()
    expect((await send('ada', toStart('r/a', MONDAY))).verdicts[0]?.verdict).toBe('stored')
  })

  it('are kept in the order in which they came', async () => {
    const { send } = await open()
    const receipts = await Promise.all(
      [10_000, 20_000, 30_000].map((ms) =>
        send('ada', toSlice('r/a', 0, ...toSpans(['active', ms]))),
      ),
    )
    expect(receipts.map(({ verdicts }) => verdicts[0])).toMatchObject([
      { verdict: 'stored', reach: 10_000 },
      { verdict: 'stored', reach: 20_000 },
      { verdict: 'stored', reach: 30_000 },
    ])
  })

  it('have their receipts when another connection sees all of them, and not before', async () => {
    const { path, send } = await open()
    const other = openSqlite(path)
    onTestFinished(() => other.destroy())
    const seen = await Promise.all(
      toNames(5).map(async (learner) => {
        await send(learner, toStart('r/a', MONDAY))
        return other.selectFrom('legs').select('start').execute()
      }),
    )
    for (const rows of seen) expect(rows.filter(({ start }) => start !== null)).toHaveLength(5)
  })
})
