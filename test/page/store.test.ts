import { createStore, get, promisifyRequest } from 'idb-keyval'
import { describe, expect, it } from 'vitest'
import { createUseStore } from '../../src/page/store.ts'
import { giveStorage } from './storage.ts'

const write = (use: ReturnType<typeof createUseStore>, value: string) =>
  use('readwrite', (store) => promisifyRequest(store.put(value, 'key')))

const read = (use: ReturnType<typeof createUseStore>) =>
  use('readonly', (store) => promisifyRequest<unknown>(store.get('key')))

describe('the store', () => {
  it('is one for all connections, and the one that idb-keyval would open', async () => {
    giveStorage()
    await write(createUseStore(), 'kept')
    expect(await read(createUseStore())).toBe('kept')
    expect(await get('key', createStore('stint', 'outbox'))).toBe('kept')
  })

  it('lets another page delete the database, and makes a new one when it is needed', async () => {
    giveStorage()
    const use = createUseStore()
    await write(use, 'gone')
    await promisifyRequest(indexedDB.deleteDatabase('stint'))
    expect(await read(use)).toBeUndefined()
    await write(use, 'new')
    expect(await read(use)).toBe('new')
  })

  it('opens another connection when the one it has was closed without a word', async () => {
    giveStorage()
    const use = createUseStore()
    await write(use, 'kept')
    await use('readonly', (store) => store.transaction.db.close())
    expect(await read(use)).toBe('kept')
  })

  it('is opened again after it could not be', async () => {
    giveStorage()
    const use = createUseStore()
    const { open } = indexedDB
    indexedDB.open = () => {
      throw new Error('not now')
    }
    await expect(write(use, 'lost')).rejects.toThrow('not now')
    indexedDB.open = open
    await write(use, 'kept')
    expect(await read(use)).toBe('kept')
  })
})
