/** What nobody needs any more leaves IndexedDB, by age: otherwise it grows for as long as the browser is used. */
import { promisifyRequest } from 'idb-keyval'
import { SITTING_MS, UPLOAD_MS } from '../contract/limits.ts'
import type { DeadRow, Row, RunRow, Token } from './outbox.ts'
import { DEAD, ENTRY, GRANT, RUN } from './store.ts'

/** A refused row is there for a person to look at. */
const DEAD_MS = 30 * 24 * 3_600_000

/** So long after a grant was given nothing can be sent by it, nor can anything of a run that nobody has written since. */
const KEPT_MS = SITTING_MS + UPLOAD_MS + 12 * 3_600_000

/**
 * Takes away refused rows after 30 days, and after 36 runs, tokens that no row waits for, and rows whose grant is so old
 * and is refused by the relay too: a page's clock alone does not drop a row. Returns those rows; they are lost.
 */
export async function prune(
  store: IDBObjectStore,
  now: number,
  refused: ReadonlySet<string>,
): Promise<Row[]> {
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys() as IDBRequest<string[]>),
    promisifyRequest(store.getAll() as IDBRequest<unknown[]>),
  ])
  const toAll = <T>(kind: string) =>
    keys.flatMap((key, at) => (key.startsWith(kind) ? [[key, values[at] as T] as const] : []))
  const isOld = (at: number | undefined, afterMs = KEPT_MS) => now - (at ?? now) > afterMs

  const grants = new Map(toAll<Token>(GRANT))
  const rows = toAll<Row>(ENTRY)
  const lost = rows.filter(
    ([, { grantId }]) => refused.has(grantId) && isOld(grants.get(GRANT + grantId)?.at),
  )
  const left = new Set(rows.filter((row) => !lost.includes(row)).map(([, row]) => row.grantId))
  const old = [
    ...lost,
    ...[...grants].filter(([key, { at }]) => isOld(at) && !left.has(key.slice(GRANT.length))),
    ...toAll<RunRow & { at: number }>(RUN).filter(([, { at }]) => isOld(at)),
    ...toAll<DeadRow>(DEAD).filter(([, { deadAt }]) => isOld(deadAt, DEAD_MS)),
  ]
  for (const [key] of old) store.delete(key)
  return lost.map(([, row]) => row)
}
