/** What a browser keeps, in memory: a new IndexedDB for each test that asks, and nothing in localStorage. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { onTestFinished, vi } from 'vitest'

export function giveStorage() {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  // Without a DOM there is none.
  ;(globalThis as { localStorage?: Storage }).localStorage?.clear()
  onTestFinished(() => void vi.unstubAllGlobals())
}
