import { describe, expect, it, onTestFinished } from 'vitest'
import type { KyselyPlugin } from 'kysely'
import type { Receipt } from '../../src/contract/flush.ts'
import { openSqlite } from '../../src/relay/node/sqlite.ts'
import type { Database } from '../../src/relay/storage.ts'
import { toSlice, toSpans, toStart } from './entries.ts'
import { createDataPath, identifyAnybody, openPage, openWorld, type Page } from './relay-world.ts'

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

async function openPages(...learners: string[]) {
  const path = createDataPath()
  const options = { db: openSqlite(path), identify: identifyAnybody }
  const world = await openWorld({ options })
  const { db, transactions } = watch(world.db)
  const relay = await world.startRelay({ db })
  const pages = await Promise.all(learners.map((learner) => openPage(world, learner)))
  const before = transactions()
  return {
    world,
    relay,
    pages,
    path,
    send: (page: Page, ...entries: unknown[]) => page.sendTo(relay, ...entries),
    transactions: () => transactions() - before,
  }
}

const toNames = (count: number) => Array.from({ length: count }, (_, n) => `learner-${n}`)

describe('flushes that arrive together', () => {
  it('share one transaction, and each gets its own receipt', async () => {
    const { pages, send, transactions } = await openPages(...toNames(20))
    const answers = await Promise.all(
      pages.map((page, n) => send(page, toStart(`r${n}/a`, page.wall()))),
    )
    const receipts = await Promise.all(answers.map((answer) => answer.json() as Promise<Receipt>))
    expect(receipts.map(({ verdicts }) => verdicts.map(({ id }) => id))).toEqual(
      pages.map((_, n) => [`r${n}/a/start`]),
    )
    expect(transactions()).toBe(1)
  })

  it('are at most 64 in one', async () => {
    const { pages, send, transactions } = await openPages(...toNames(65))
    await Promise.all(pages.map((page, n) => send(page, toStart(`r${n}/a`, page.wall()))))
    expect(transactions()).toBe(2)
  })

  it('don’t fail with one of them that does', async () => {
    const { world, pages, send } = await openPages('ada', 'bad', 'cyd')
    const answers = await Promise.all(pages.map((page) => send(page, toStart('r/a', page.wall()))))
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 200])
    const rows = await world.db.selectFrom('runs').select('learner').orderBy('learner').execute()
    expect(rows.map(({ learner }) => learner)).toEqual(['ada', 'cyd'])
  })

  it('may hold copies of one slice in any order: the longest is kept', async () => {
    const { world, pages, send } = await openPages('ada')
    const [page] = pages
    const copies = [20_000, 30_000, 10_000].map((ms) =>
      send(page!, toSlice('r/a', 0, ...toSpans(['active', ms]))),
    )
    const answers = await Promise.all(copies)
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(await world.db.selectFrom('slices').select('reach').execute()).toEqual([
      { reach: 30_000 },
    ])
  })

  it('have their receipts when another connection sees them, and not before', async () => {
    const { pages, send, path } = await openPages('ada', 'ben')
    const other = openSqlite(path)
    onTestFinished(() => other.destroy())
    const readSeen = async (page: Page) => {
      await send(page, toStart('r/a', page.wall()))
      return other.selectFrom('legs').select('start').execute()
    }
    for (const seen of await Promise.all(pages.map(readSeen))) {
      expect(seen).toHaveLength(2)
      expect(seen.every(({ start }) => start !== null)).toBe(true)
    }
  })
})
