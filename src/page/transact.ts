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
export function createTransact(use: UseStore, onFailure: (cause: unknown) => undefined): Transact {
  let isHanging = false
  return async (act, durability = 'default') => {
    // Nobody waits twice for the same trouble. What hangs may still be done one day, and no step does harm late.
    if (isHanging) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(reject, STORAGE_PATIENCE_MS, new Error('The storage hangs'))
    })
    // A storage that is forbidden (a sandboxed frame) does not always reject: it may throw at once.
    const work = (async () =>
      use('readwrite', (store) => Promise.all([act(store), promisifyRequest(store.transaction)]), {
        durability,
      }))()
    try {
      return (await Promise.race([work, patience]))[0]
    } catch (cause) {
      const over = () => void (isHanging = false)
      isHanging = true
      work.then(over, over)
      return onFailure(cause)
    } finally {
      clearTimeout(timer)
    }
  }
}
