/**
 * A browser's IndexedDB as far as an outbox uses it: one store, transactions one after the other, each on the disk as
 * a whole or not at all, whatever dies meanwhile. It takes its time, and what it holds outlives every page.
 */
import type { Random } from './random.ts'
import type { Place, Scheduler } from './scheduler.ts'

export interface Disk {
  /** For one page. */
  toFactory(page: Place): object
  /** Key by key, as JSON. */
  rows: Map<string, string>
  /** Every transaction fails from now on, or works again. */
  setFailing(isFailing: boolean): void
  /** The browser that was killed empties it as it comes back (Chromium, after a kill in mid-write). */
  empty(): void
}

interface Request {
  result?: unknown
  error?: Error
  onsuccess?: () => void
  onerror?: () => void
}

interface Transaction {
  page: Place
  isStrict: boolean
  /** What it would change; null is a row that goes. */
  changes: Map<string, string | null>
  waiting: (() => void)[]
  isOver: boolean
  handle: { error?: Error; oncomplete?: () => void; onabort?: () => void; objectStore(): object }
}

/** `browser` outlives its pages; `onCommit` sees each row that came onto the disk. */
export function createDisk(
  scheduler: Scheduler,
  browser: Place,
  random: Random,
  onCommit: (value: string) => void,
): Disk {
  const rows = new Map<string, string>()
  const queue: Transaction[] = []
  let isFailing = false
  let isBusy = false

  const next = () => {
    const first = queue[0]
    if (!first || isBusy) return
    isBusy = true
    scheduler.after(browser, random.int(0, 3), () => step(first))
  }

  const finish = (transaction: Transaction) => {
    transaction.isOver = true
    queue.shift()
    isBusy = false
    next()
  }

  const abort = (transaction: Transaction) => {
    finish(transaction)
    if (transaction.page.isDead) return
    transaction.handle.error = new Error('the disk failed')
    scheduler.enter(transaction.page)
    transaction.handle.onabort?.()
  }

  /** Answers what was asked so far. Its page may then ask for more, in the same turn; if it does not, all is committed. */
  const step = (transaction: Transaction) => {
    if (transaction.page.isDead) return finish(transaction)
    const asked = transaction.waiting.splice(0)
    if (asked.length === 0) {
      const ms = random.int(0, transaction.isStrict ? 60 : 12)
      return void scheduler.after(browser, ms, () => commit(transaction))
    }
    scheduler.enter(transaction.page)
    for (const answer of asked) answer()
    scheduler.after(browser, 0, () => step(transaction))
  }

  const commit = (transaction: Transaction) => {
    // It had been told to commit: whether that reached the disk before its page died, nobody can say.
    if (isFailing || (transaction.page.isDead && random.chance(0.5))) return abort(transaction)
    for (const [key, value] of transaction.changes) {
      if (value === null) rows.delete(key)
      else rows.set(key, value)
    }
    for (const value of transaction.changes.values()) if (value !== null) onCommit(value)
    finish(transaction)
    if (transaction.page.isDead) return
    scheduler.enter(transaction.page)
    transaction.handle.oncomplete?.()
  }

  const begin = (page: Place, isStrict: boolean) => {
    const changes = new Map<string, string | null>()
    const transaction: Transaction = {
      page,
      isStrict,
      changes,
      waiting: [],
      isOver: false,
      handle: { objectStore: () => createStore(transaction, rows) },
    }
    queue.push(transaction)
    next()
    return transaction.handle
  }

  return {
    rows,
    setFailing(is) {
      isFailing = is
    },
    empty() {
      rows.clear()
      // Its pages are dead: what was under way goes with it.
      for (const { changes } of queue) changes.clear()
    },
    toFactory(page) {
      const db = {
        transaction: (_: string, __: string, options?: IDBTransactionOptions) =>
          begin(page, options?.durability === 'strict'),
        addEventListener() {},
        close() {},
      }
      return {
        open() {
          const request: Request & { onupgradeneeded?: () => void } = { result: db }
          scheduler.after(page, random.int(0, 8), () => request.onsuccess?.())
          return request
        },
      }
    },
  }
}

function createStore(transaction: Transaction, rows: ReadonlyMap<string, string>) {
  const { changes, waiting, handle } = transaction
  const ask = (answer: () => unknown): Request => {
    if (transaction.isOver) throw new DOMException('over', 'TransactionInactiveError')
    const request: Request = {}
    waiting.push(() => {
      request.result = answer()
      request.onsuccess?.()
    })
    return request
  }
  const read = (key: string) => (changes.has(key) ? changes.get(key) : rows.get(key))
  const parse = (value: string | null | undefined) =>
    value === null || value === undefined ? undefined : (JSON.parse(value) as unknown)
  return {
    transaction: handle,
    get: (key: string) => ask(() => parse(read(key))),
    getAll: ({ lower, upper }: { lower: string; upper: string }) =>
      ask(() =>
        [...new Set([...rows.keys(), ...changes.keys()])]
          .filter((key) => lower <= key && key <= upper)
          .toSorted()
          .flatMap((key) => parse(read(key)) ?? []),
      ),
    put(value: unknown, key: string) {
      // What is handed over is copied at once, as a structured clone is.
      const copy = JSON.stringify(value)
      return ask(() => changes.set(key, copy))
    },
    delete: (key: string) => ask(() => changes.set(key, null)),
  }
}

/** `IDBKeyRange`, as far as it is used. */
export const keyRange = { bound: (lower: string, upper: string) => ({ lower, upper }) }
