/**
 * The way to the browser's own storage: one object store in IndexedDB, opened when first used, and again after its
 * connection was lost. It keeps no database from being deleted or upgraded by another page: it lets go when asked.
 */
import { promisifyRequest } from 'idb-keyval'

/** Runs `act` in a transaction of its own. Rejects where the storage fails. A `UseStore` of idb-keyval's will do. */
export type UseStore = <T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => T | PromiseLike<T>,
  options?: IDBTransactionOptions,
) => Promise<T>

/** What stands there, as its key begins: an entry that waits, a grant's token, what is known of a run, a refused entry. */
export const ENTRY = 'entry:'
export const GRANT = 'grant:'
export const RUN = 'run:'
export const DEAD = 'dead:'

const NAME = 'outbox'

export function createUseStore(): UseStore {
  let opening: Promise<IDBDatabase> | undefined
  const forget = () => (opening = undefined)

  const open = () => {
    if (opening) return opening
    const request = indexedDB.open('stint')
    request.onupgradeneeded = () => request.result.createObjectStore(NAME)
    opening = promisifyRequest(request)
    opening.then((db) => {
      keepForGood()
      db.addEventListener('close', forget)
      db.addEventListener('versionchange', () => {
        db.close()
        forget()
      })
    }, forget)
    return opening
  }

  return async (mode, act, options) => {
    const begin = async () => (await open()).transaction(NAME, mode, options).objectStore(NAME)
    const store = await begin().catch(() => {
      // A connection may be closed without an event (Safari): the next one may hold.
      forget()
      return begin()
    })
    return act(store)
  }
}

/** Asks not to be cleared away when space is short. Where Chromium decides in silence: Firefox would ask the learner. */
function keepForGood(): void {
  if ('userAgentData' in navigator) navigator.storage.persist().then(undefined, () => undefined)
}
