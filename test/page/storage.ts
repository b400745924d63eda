/** IndexedDB in memory, a new one for each test that asks. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { onTestFinished, vi } from 'vitest'

export function giveStorage() {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  onTestFinished(() => void vi.unstubAllGlobals())
}
