/** The outbox as it lies on this device: read from Stint's IndexedDB, beside Stint, whether or not its page lives. */
import type { Entry } from '../../src/contract/entry.ts'

export interface OutboxRow {
  entry: Entry
  grantId: string
  /** How far a slice reaches, in ms of its leg. */
  reach: number
}

const NAME = 'stint'
const STORE = 'outbox'

/** The rows that wait; none where there is no database yet. */
export async function readRows(): Promise<OutboxRow[]> {
  const db = await open()
  if (!db) return []
  const store = db.transaction(STORE).objectStore(STORE)
  const rows = toPromise(store.getAll(IDBKeyRange.bound('entry:', 'entry;'))) as Promise<
    OutboxRow[]
  >
  db.close()
  return rows
}

/** Forgets all that Stint keeps in this browser. No page of it must be open. */
export async function emptyBrowser(): Promise<void> {
  const db = await open()
  if (db) {
    await toPromise(db.transaction(STORE, 'readwrite').objectStore(STORE).clear())
    db.close()
  }
  for (const storage of [localStorage, sessionStorage]) {
    for (const key of Object.keys(storage)) {
      if (/^(?:stint|demo)\b/.test(key)) storage.removeItem(key)
    }
  }
}

/** The database is Stint's to make: where there is none yet, opening it is undone. */
async function open(): Promise<IDBDatabase | undefined> {
  const request = indexedDB.open(NAME)
  let isNew = false
  request.addEventListener('upgradeneeded', () => {
    isNew = true
    request.transaction?.abort()
  })
  try {
    return await toPromise(request)
  } catch (error) {
    if (isNew) return undefined
    throw error
  }
}

function toPromise<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
