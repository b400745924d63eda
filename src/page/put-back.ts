/**
 * Putting second copies back into IndexedDB: of pages that died before the disk had their rows, or whose disk the browser
 * has emptied. A row that is there and reaches as far stays as it is.
 */
import { promisifyRequest } from 'idb-keyval'
import type { Lost } from './lost.ts'
import { isAlive, MIRROR_MS, type Copy } from './mirror.ts'
import type { Row } from './outbox.ts'
import { ENTRY, GRANT } from './store.ts'

/**
 * Returns what nobody has a copy of, if the store lacked a token, which outlives its rows: then all is gone. It is what
 * pages saw that went on after their last copy, at most until the next was due. Undefined if nothing was lacking. With
 * `isKnown` it has happened to this very page, and to others that may live: they put back what they have.
 */
export async function putBack(
  store: IDBObjectStore,
  copies: readonly Copy[],
  isKnown: boolean,
): Promise<Lost[] | undefined> {
  const lacking = new Set<Copy>()
  for (const copy of copies) {
    for (const [id, token] of Object.entries(copy.tokens)) {
      if (await promisifyRequest<unknown>(store.get(GRANT + id))) continue
      store.put(token, GRANT + id)
      lacking.add(copy)
    }
    for (const row of copy.rows) {
      const key = ENTRY + row.entry.id
      const there = await promisifyRequest<Row | undefined>(store.get(key))
      if (!there || there.reach < row.reach) store.put(row, key)
    }
  }
  if (!lacking.size) return undefined
  const dead = isKnown ? [...lacking].filter((copy) => !isAlive(copy)) : [...lacking]
  return dead.filter(({ isOpen }) => isOpen).map(toGap)
}

const toGap = ({ at }: Copy): Lost => ({
  rows: 1,
  ms: Math.min(Math.max(0, Date.now() - at), MIRROR_MS),
})
