/**
 * Transactions on the browser's storage that never reject and never keep anybody waiting: one that fails or hangs
 * resolves to nothing, and then what is in memory has to do.
 */
import { promisifyRequest } from 'idb-keyval'
import type { UseStore } from './store.ts'

/** One transaction, all or nothing; nothing if the storage failed. */
export type Transact = <T>(
  act: (store: IDBObjectStore) => T | Promise<T>,
  durability?: IDBTransactionDurability,
) => Promise<T | undefined>

/** A storage that takes longer hangs: another tab may hold it by an upgrade. */
const STORAGE_PATIENCE_MS = 2_000

/** `onFailure` hears why. */
export function createTransact(use: UseStore, onFailure: (cause: unknown) => void): Transact {
  let hanging = 0
  return async (act, durability = 'default') => {
    // Nobody waits twice for the same trouble. What hangs may still be done one day, and no step does harm late.
    if (hanging) return undefined
    // Nobody calls it off: that costs as much as to let it run out, after which nothing listens.
    const patience = new Promise<never>((_, reject) => {
      setTimeout(reject, STORAGE_PATIENCE_MS, new Error('The storage hangs'))
    })
    // A storage that is forbidden (a sandboxed frame) does not always reject: it may throw at once.
    const work = (async () =>
      use('readwrite', (store) => Promise.all([act(store), promisifyRequest(store.transaction)]), {
        durability,
      }))()
    try {
      return (await Promise.race([work, patience]))[0]
    } catch (cause) {
      const over = () => void (hanging -= 1)
      hanging += 1
      work.then(over, over)
      onFailure(cause)
      return undefined
    }
  }
}
