/**
 * The page's outbox: what was seen and is not yet in the relay's hands. Every row is in IndexedDB, and the rows
 * that this page wrote are in memory too, so that a page on its way out can send them without waiting for a disk.
 * Of all that there is a second copy (mirror.ts), which is put back where the first one lacks it.
 *
 * Invariant: a row leaves only by a verdict that names it, and a slice only if the relay's copy reaches as far.
 * Any tab may send any row; only the page that opened a leg writes that leg's rows.
 */
import { promisifyRequest } from 'idb-keyval'
import type { Entry } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import type { Grant } from '../contract/grant.ts'
import type { Totals } from '../core/measure.ts'
import { createLosses, type Losses, type Lost } from './lost.ts'
import { createMirror, MIRROR_MS, toLegId, toLost, toSum } from './mirror.ts'
import { prune } from './prune.ts'
import { putBack } from './put-back.ts'
import { createUseStore, DEAD, ENTRY, GRANT, RUN, type UseStore } from './store.ts'
import { createTransact } from './transact.ts'

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

/** What the relay wants to see with a grant's rows, and when this page got it, in epoch ms of its clock. */
export interface Token {
  token: string
  at: number
  /** Whose it is, and the only one that gets to see it; older pages did not say. */
  relay?: string
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
  /** What has gone for good in this browser, as far as any page of it knows. */
  losses: Losses
  /** Makes the second copy of this page's rows, at once: the page may be on its way out. */
  copy(): void
  /**
   * Gives the rows that this page wrote before it had a grant to the grant it got, and those of its former grant, the
   * same learner's, that reach beyond `from` (epoch ms of the page's clock): they count under this one only.
   */
  adopt(grant: Grant, formerId?: string, from?: number): Promise<void>
  /** What this page wrote of a run, in memory only, before it had a grant becomes another run's, without other pages' legs. */
  rename(runId: string, to: string): void
  /** Forgets what this page wrote without a grant: there is no learner it could belong to. */
  disown(): void
  /** All rows that can be sent, this page's and other pages'. */
  waiting(): Promise<Row[]>
  /** Nothing for a grant of another relay. */
  token(grantId: string): Promise<string | undefined>
  /** Acts on a receipt. A row that the relay will never take is put aside with the reason, for a person to look at. */
  settle(verdicts: readonly Verdict[]): Promise<void>
  /** What was put aside in this browser, by any page, and here if the storage failed. */
  dead(): Promise<DeadRow[]>
  /** Takes away what nobody needs any more. `refused` are grants that the relay does not know, or knows no more. */
  prune(refused: ReadonlySet<string>): Promise<void>
}

type Refused = Extract<Verdict, { code: string }>

const EMPTIED = 'The storage was emptied'

/** `onTrouble` hears of a storage that failed; what could not be put stays in memory and is sent from there. */
export function createOutbox(
  relay: string,
  onTrouble: (cause: unknown) => undefined,
  use: UseStore = createUseStore(),
): Outbox {
  const mine = new Map<string, Row>()
  const tokens = new Map<string, Token>()
  const graves = new Map<string, DeadRow>()
  /** When this page's legs began, in epoch ms of its clock. */
  const legAt = new Map<string, number>()

  /** How far the relay has a slice of this page's: it may grow again. */
  const takenTo = new Map<string, number>()
  /** Rows as they are on the disk: a row that grew is another. */
  const onDisk = new WeakSet<Row>()
  let isFailing = false
  let isEmptied = false
  /** The youngest grant's token is on the disk, as far as this page knows. */
  let isGrantKept = false
  /** The second copies of other pages have been put back, or are being. */
  let merging: Promise<unknown> | undefined
  let legId: string | undefined
  let copiedAt = -Infinity
  let isCopyOpen = false
  const losses = createLosses()
  const mirror = createMirror()
  const transact = createTransact(use, (cause) => {
    isFailing = true
    return onTrouble(cause)
  })

  const own = () => [...mine.values()]

  /** Ms that neither a disk nor the relay has. */
  const toLength = ({ entry, reach }: Row) =>
    entry.type === 'slice' ? reach - Math.max(entry.spans[0]![1], takenTo.get(entry.id) ?? 0) : 0

  const readAll = async <T>(kind: string) =>
    (await transact<T[]>((store) =>
      promisifyRequest(store.getAll(IDBKeyRange.bound(kind, `${kind}\uffff`))),
    )) ?? []

  const bury = (row: Row, verdict: Refused) => {
    const dead = { ...row, ...verdict, deadAt: Date.now() }
    graves.set(verdict.id, dead)
    return dead
  }

  /** An open leg's copy says so: its page may see more before the next one is due. */
  const copy = (openLegId?: string) => {
    isCopyOpen = !!openLegId
    mirror.write(own(), tokens, openLegId)
  }

  /** Brings the copy up to what has changed otherwise than by time. */
  const copyAgain = () => copy(isCopyOpen ? legId : undefined)

  const lose = (all: readonly Lost[], why: string) => {
    losses.add(toSum(all))
    onTrouble(new Error(why))
  }

  /** Puts back what only second copies have: of pages that died before the disk had it, or whose disk was emptied. */
  const merge = async () => {
    const { copies, unclaimed } = mirror.readOthers()
    if (unclaimed.rows) lose([unclaimed], 'A page died before it had a learner')
    if (!copies.length) return
    const done = await transact(async (store) => ({
      gaps: await putBack(store, copies, isEmptied),
    }))
    if (!done) merging = undefined
    else if (done.gaps) lose(done.gaps, EMPTIED)
  }

  return {
    losses,

    copy() {
      copiedAt = Date.now()
      copy()
    },

    async write(rows, runId, run) {
      for (const row of rows) mine.set(row.entry.id, row)
      for (const { entry } of rows)
        if (entry.type === 'start') legAt.set(toLegId(entry), entry.wallAt)
      if (rows[0]) legId = toLegId(rows[0].entry)
      if (Math.abs(Date.now() - copiedAt) >= MIRROR_MS) {
        copiedAt = Date.now()
        copy(legId)
      }
      const key = RUN + runId
      const isEnd = rows.at(-1)?.entry.type === 'end'
      const grantId = [...tokens.keys()].at(-1)
      const unwritten = own().filter((row) => row.grantId && !onDisk.has(row))
      let isGone = false
      const kept = await transact(
        async (store) => {
          const put = (row: Row) => row.grantId && store.put(row, ENTRY + row.entry.id)
          const putRun = () =>
            isEnd ? store.delete(key) : store.put({ ...run, at: Date.now() }, key)
          unwritten.forEach(put)
          const reading = Promise.all([
            promisifyRequest<RunRow | undefined>(store.get(key)),
            grantId && promisifyRequest<unknown>(store.get(GRANT + grantId)),
          ])
          // What is asked of the storage in one go costs a page little more than the first of it.
          putRun()
          const [before, isThere] = await reading
          if (grantId && !isThere) {
            // It never came onto the disk, or the browser has emptied it: what this page has is put back.
            isGone = isGrantKept
            for (const [id, one] of tokens) store.put(one, GRANT + id)
            own().forEach(put)
          }
          const known = JSON.stringify(run)
          const totals = before && isFurther(before.totals, run.totals) ? before.totals : run.totals
          const startedAt = Math.min(before?.startedAt ?? Infinity, run.startedAt)
          run = { totals, startedAt, legs: { ...before?.legs, ...run.legs } }
          // Another tab may have a leg of the same run: its part is kept, in the same transaction.
          if (JSON.stringify(run) !== known) putRun()
          return true
          // Nobody writes an `end` again: it is on the disk before we say so (IndexedDB 3.0, "durability").
        },
        isEnd ? 'strict' : 'default',
      )
      if (kept) {
        for (const row of unwritten) onDisk.add(row)
        isGrantKept = !!grantId
        isFailing = false
        if (isGone) {
          isEmptied = true
          // Other pages' rows went with it.
          merging = undefined
          onTrouble(new Error(EMPTIED))
        }
      }
      return { saved: kept && rows.every((row) => row.grantId) ? 'device' : 'memory', run }
    },

    isFailing: () => isFailing,

    unkept() {
      const rows = isFailing ? own().filter((row) => !onDisk.has(row)) : []
      return { rows: rows.length, ms: rows.reduce((sum, row) => sum + toLength(row), 0) }
    },

    own,

    async adopt({ id, token }, formerId = '', from = 0) {
      tokens.set(id, { token, at: Date.now(), relay })
      const isFrom = ({ entry, reach }: Row) => legAt.get(toLegId(entry))! + reach > from
      const adopted = own().filter(
        (row) => !row.grantId || (row.grantId === formerId && isFrom(row)),
      )
      // In memory first: a storage that fails must not keep them from being sent.
      for (const row of adopted) row.grantId = id
      if (adopted.length) copyAgain()
      isGrantKept = !!(await transact((store) => {
        store.put(tokens.get(id), GRANT + id)
        for (const row of adopted) store.put(row, ENTRY + row.entry.id)
        return true
      }))
      if (isGrantKept) for (const row of adopted) onDisk.add(row)
    },

    rename(runId, to) {
      for (const [id, row] of mine) {
        if (row.grantId || !id.startsWith(`${runId}/`)) continue
        mine.delete(id)
        const { entry } = row
        entry.id = to + id.slice(runId.length)
        if (entry.type === 'end')
          for (const leg of Object.keys(entry.legs)) if (!legAt.has(leg)) delete entry.legs[leg]
        mine.set(entry.id, row)
      }
    },

    disown() {
      for (const [id, row] of mine) if (!row.grantId) mine.delete(id)
      copyAgain()
    },

    async waiting() {
      await (merging ??= merge())
      const stored = await readAll<Row>(ENTRY)
      const others = stored.filter((row) => !mine.has(row.entry.id))
      return [...others, ...own()].filter((row) => row.grantId)
    },

    async token(id) {
      const kept =
        tokens.get(id) ??
        (await transact<Token | undefined>((store) => promisifyRequest(store.get(GRANT + id))))
      return (kept?.relay ?? relay) === relay ? kept?.token : undefined
    },

    async settle(verdicts) {
      for (const verdict of verdicts) {
        const row = mine.get(verdict.id)
        if (row && 'reach' in verdict) takenTo.set(verdict.id, verdict.reach)
        if (!isAnswered(row, verdict)) continue
        // Before it leaves: the storage may fail, and then it is here.
        if ('code' in verdict) bury(row, verdict)
        mine.delete(verdict.id)
      }
      copyAgain()
      mirror.settle(verdicts)
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
      const stored = await readAll<DeadRow>(DEAD)
      return [...stored.filter((row) => !graves.has(row.entry.id)), ...graves.values()]
    },

    async prune(refused) {
      const lost = (await transact((store) => prune(store, Date.now(), refused))) ?? []
      if (!lost.length) return
      mirror.settle(lost.map(({ entry: { id } }) => ({ id, reach: Infinity })))
      lose(lost.map(toLost), 'Rows waited too long')
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
