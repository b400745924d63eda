/**
 * The page's outbox: what was seen and is not yet in the relay's hands. Every row is in IndexedDB, and the rows
 * that this page wrote are in memory too, so that a page on its way out can send them without waiting for a disk.
 *
 * Invariant: a row leaves only by a verdict that names it, and a slice only if the relay's copy reaches as far.
 * Any tab may send any row; only the page that opened a leg writes that leg's rows.
 */
import { promisifyRequest } from 'idb-keyval'
import type { Entry } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Grant } from '../contract/grant.ts'
import type { Totals } from '../core/measure.ts'
import { createUseStore, type UseStore } from './store.ts'

/**
 * One entry that waits. `grantId` is empty until this page has a grant. Until then the row stays in this page's memory:
 * if the page died, nobody could say whose time it was, and it must never be given to the next learner.
 */
export interface Row {
  entry: Entry
  grantId: string
  /** How far a slice reaches, in ms of its leg; 0 for `start` and `end`. */
  reach: number
}

/** What is known of a run, over all its pages; kept until its `end`, so that no reading drops and no leg is forgotten. */
export interface RunRow {
  totals: Totals
  /** Epoch ms of the page's clock. */
  startedAt: number
  legs: Record<string, { slices: number; reach: number }>
}

/** A row that the relay will never take, and why: `code` is stable, `path` names the field if it is one. */
export interface DeadRow extends Row {
  code: string
  path: string
  message: string
  /** Epoch ms of the page's clock. */
  deadAt: number
}

export type Saved = 'device' | 'memory'

export interface Outbox {
  /** Puts rows, and this page's part of their run, in one transaction; returns all of the run. Never rejects. */
  write(rows: readonly Row[], runId: string, run: RunRow): Promise<{ saved: Saved; run: RunRow }>
  /** The rows that this page wrote and that no verdict has named, without waiting. */
  own(): Row[]
  /**
   * Gives the rows that this page wrote before it had a grant to the grant it got, and those of its former grant if
   * that is named: the relay does not know it any more, and this one is the same learner's.
   */
  adopt(grant: Grant, formerId?: string): Promise<void>
  /** What this page wrote of a run before it had a grant becomes another run's. It is in memory only, and nobody has seen it. */
  rename(runId: string, to: string): void
  /** Forgets what this page wrote without a grant: there is no learner it could belong to. */
  disown(): void
  /** All rows that can be sent, this page's and other pages'. */
  waiting(): Promise<Row[]>
  token(grantId: string): Promise<string | undefined>
  /** Acts on a receipt. A row that the relay will never take is put aside with the reason, for a person to look at. */
  settle(verdicts: readonly Verdict[]): Promise<void>
  /** What was put aside in this browser, by any page, and here if the storage failed. */
  dead(): Promise<DeadRow[]>
}

type Refused = Extract<Verdict, { code: string }>

const ENTRY = 'entry:'
const GRANT = 'grant:'
const RUN = 'run:'
const DEAD = 'dead:'

/** `onTrouble` hears of a storage that failed; what could not be put stays in memory and is sent from there. */
export function createOutbox(
  onTrouble: (cause: unknown) => undefined,
  use: UseStore = createUseStore(),
): Outbox {
  const mine = new Map<string, Row>()
  const tokens = new Map<string, string>()
  const graves = new Map<string, DeadRow>()

  /** One transaction, all or nothing; nothing if the storage failed, and then what is in memory has to do. */
  const transact = async <T>(
    act: (store: IDBObjectStore) => T | Promise<T>,
    durability: IDBTransactionDurability = 'default',
  ) => {
    // A storage that is forbidden (a sandboxed frame) does not reject: it throws at once.
    try {
      return await use(
        'readwrite',
        async (store) => {
          const [result] = await Promise.all([act(store), promisifyRequest(store.transaction)])
          return result
        },
        { durability },
      )
    } catch (cause) {
      return onTrouble(cause)
    }
  }

  const own = () => [...mine.values()]

  const readAll = async <T>(prefix: string) =>
    (await transact<T[]>((store) =>
      // A semicolon comes next after the colon.
      promisifyRequest(store.getAll(IDBKeyRange.bound(`${prefix}:`, `${prefix};`))),
    )) ?? []

  const bury = (row: Row, verdict: Refused) => {
    const dead = { ...row, ...verdict, deadAt: Date.now() }
    graves.set(verdict.id, dead)
    return dead
  }

  return {
    async write(rows, runId, run) {
      for (const row of rows) mine.set(row.entry.id, row)
      const key = RUN + runId
      const isEnd = rows.at(-1)?.entry.type === 'end'
      const kept = await transact(
        async (store) => {
          for (const row of rows) if (row.grantId) store.put(row, ENTRY + row.entry.id)
          // Another tab may have a leg of the same run: its part is read and kept in the same transaction.
          const before = await promisifyRequest<RunRow | undefined>(store.get(key))
          const totals = before && isFurther(before.totals, run.totals) ? before.totals : run.totals
          const startedAt = Math.min(before?.startedAt ?? Infinity, run.startedAt)
          run = { totals, startedAt, legs: { ...before?.legs, ...run.legs } }
          if (isEnd) store.delete(key)
          else store.put(run, key)
          return true
          // Nobody writes an `end` again: it is on the disk before we say so (IndexedDB 3.0, "durability").
        },
        isEnd ? 'strict' : 'default',
      )
      return { saved: kept && rows.every((row) => row.grantId) ? 'device' : 'memory', run }
    },

    own,

    async adopt({ id, token }, formerId = '') {
      tokens.set(id, token)
      const adopted = own().filter(({ grantId }) => !grantId || grantId === formerId)
      // In memory first: a storage that fails must not keep them from being sent.
      for (const row of adopted) row.grantId = id
      await transact((store) => {
        store.put(token, GRANT + id)
        for (const row of adopted) store.put(row, ENTRY + row.entry.id)
      })
    },

    rename(runId, to) {
      for (const [id, row] of mine) {
        if (row.grantId || !id.startsWith(`${runId}/`)) continue
        mine.delete(id)
        row.entry.id = to + id.slice(runId.length)
        mine.set(row.entry.id, row)
      }
    },

    disown() {
      for (const [id, row] of mine) if (!row.grantId) mine.delete(id)
    },

    async waiting() {
      const stored = await readAll<Row>('entry')
      const others = stored.filter((row) => !mine.has(row.entry.id))
      return [...others, ...own()].filter((row) => row.grantId)
    },

    token: async (id) =>
      tokens.get(id) ??
      transact<string | undefined>((store) => promisifyRequest(store.get(GRANT + id))),

    async settle(verdicts) {
      for (const verdict of verdicts) {
        const row = mine.get(verdict.id)
        if (!isAnswered(row, verdict)) continue
        // Before it leaves: the storage may fail, and then it is here.
        if ('code' in verdict) bury(row, verdict)
        mine.delete(verdict.id)
      }
      await transact((store) =>
        Promise.all(
          verdicts.map(async (verdict) => {
            const key = ENTRY + verdict.id
            const row = await promisifyRequest<Row | undefined>(store.get(key))
            // Read and deleted in one transaction: a slice that grew while it was under way stays.
            if (!isAnswered(row, verdict)) return
            store.delete(key)
            if ('code' in verdict) store.put(bury(row, verdict), DEAD + verdict.id)
          }),
        ),
      )
    },

    async dead() {
      const stored = await readAll<DeadRow>('dead')
      return [...stored.filter((row) => !graves.has(row.entry.id)), ...graves.values()]
    },
  }
}

/** Another tab may have come further with the run; no reading of active time drops. */
const isFurther = (a: Totals, b: Totals) =>
  a.active > b.active || (a.active === b.active && toCounted(a) > toCounted(b))

const toCounted = (totals: Totals) =>
  Object.values(totals).reduce((sum, ms) => sum + ms) - totals.uncounted

const isAnswered = (row: Row | undefined, verdict: Verdict): row is Row =>
  !!row && ('code' in verdict || row.reach <= verdict.reach)
