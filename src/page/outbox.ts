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

/** What only this page's memory has, because the storage failed: so many rows, and the ms in them that the relay has not. */
export interface Unkept {
  rows: number
  ms: number
}

export type Saved = 'device' | 'memory'

export interface Outbox {
  /** Puts rows, and this page's part of their run, in one transaction; returns all of the run. Never rejects. */
  write(rows: readonly Row[], runId: string, run: RunRow): Promise<{ saved: Saved; run: RunRow }>
  /** The rows that this page wrote and that no verdict has named, without waiting. */
  own(): Row[]
  /** The storage did not do what it was last asked to: it is asked again with each write. */
  isFailing(): boolean
  unkept(): Unkept
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

/** A storage that takes longer hangs: another tab may hold it by an upgrade. */
const STORAGE_PATIENCE_MS = 2_000

/** `onTrouble` hears of a storage that failed; what could not be put stays in memory and is sent from there. */
export function createOutbox(
  onTrouble: (cause: unknown) => undefined,
  use: UseStore = createUseStore(),
): Outbox {
  const mine = new Map<string, Row>()
  const tokens = new Map<string, string>()
  const graves = new Map<string, DeadRow>()

  /** How far the relay has a slice of this page's: it may grow again. */
  const takenTo = new Map<string, number>()
  /** Rows as they are on the disk: a row that grew is another. */
  const onDisk = new WeakSet<Row>()
  let isFailing = false
  /** The youngest grant's token is on the disk, as far as this page knows. */
  let isGrantKept = false
  let hanging = 0

  /** One transaction, all or nothing; nothing if the storage failed, and then what is in memory has to do. */
  const transact = async <T>(
    act: (store: IDBObjectStore) => T | Promise<T>,
    durability: IDBTransactionDurability = 'default',
  ) => {
    // Nobody waits twice for the same trouble. What hangs may still be done one day, and no step here does harm late.
    if (hanging) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, STORAGE_PATIENCE_MS, new Error('The storage hangs'))
    })
    // A storage that is forbidden (a sandboxed frame) does not always reject: it may throw at once.
    const work = (async () =>
      use(
        'readwrite',
        async (store) => {
          const [result] = await Promise.all([act(store), promisifyRequest(store.transaction)])
          return result
        },
        { durability },
      ))()
    try {
      return await Promise.race([work, patience])
    } catch (cause) {
      const over = () => void (hanging -= 1)
      hanging += 1
      work.then(over, over)
      isFailing = true
      return onTrouble(cause)
    } finally {
      clearTimeout(timer)
    }
  }

  const own = () => [...mine.values()]

  /** Ms that neither a disk nor the relay has. */
  const toLength = ({ entry, reach }: Row) =>
    entry.type === 'slice' ? reach - Math.max(entry.spans[0]![1], takenTo.get(entry.id) ?? 0) : 0

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
      const [grantId, token] = [...tokens].at(-1) ?? []
      const unwritten = own().filter((row) => row.grantId && !onDisk.has(row))
      let isEmptied = false
      const kept = await transact(
        async (store) => {
          const put = (row: Row) => row.grantId && store.put(row, ENTRY + row.entry.id)
          unwritten.forEach(put)
          // Another tab may have a leg of the same run: its part is read and kept in the same transaction.
          const [before, known] = await Promise.all([
            promisifyRequest<RunRow | undefined>(store.get(key)),
            grantId && promisifyRequest<unknown>(store.get(GRANT + grantId)),
          ])
          if (grantId && !known) {
            // It never came onto the disk, or the browser has emptied it: what this page has is put back.
            isEmptied = isGrantKept
            store.put(token, GRANT + grantId)
            own().forEach(put)
          }
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
      if (kept) {
        for (const row of unwritten) onDisk.add(row)
        isGrantKept = !!grantId
        isFailing = false
        if (isEmptied) onTrouble(new Error('The storage was emptied'))
      }
      return { saved: kept && rows.every((row) => row.grantId) ? 'device' : 'memory', run }
    },

    isFailing: () => isFailing,

    unkept() {
      const rows = isFailing ? own().filter((row) => !onDisk.has(row)) : []
      return { rows: rows.length, ms: rows.reduce((sum, row) => sum + toLength(row), 0) }
    },

    own,

    async adopt({ id, token }, formerId = '') {
      tokens.set(id, token)
      const adopted = own().filter(({ grantId }) => !grantId || grantId === formerId)
      // In memory first: a storage that fails must not keep them from being sent.
      for (const row of adopted) row.grantId = id
      isGrantKept = !!(await transact((store) => {
        store.put(token, GRANT + id)
        for (const row of adopted) store.put(row, ENTRY + row.entry.id)
        return true
      }))
      if (isGrantKept) for (const row of adopted) onDisk.add(row)
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
        if (row && 'reach' in verdict) takenTo.set(verdict.id, verdict.reach)
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
