import { expect, it } from 'vitest'
import { toComplaint } from '../../../src/relay/node/complaint.ts'
import { openSqlite } from '../../../src/relay/node/sqlite.ts'
import { StorageError } from '../../../src/relay/storage.ts'

const fail = (code: string) => Object.assign(new Error(`${code}: said the system`), { code })

it.each([
  ['EADDRINUSE', 'set PORT to a free one'],
  ['EACCES', 'choose a PORT from 1024 on and a STINT_DATA'],
  ['ENOTFOUND', 'set HOST to an address of this machine'],
  ['ENOSPC', 'make room'],
])('says after %s what to do', (code, advice) => {
  const complaint = toComplaint(fail(code))
  expect(complaint).toContain(`${code}: said the system: `)
  expect(complaint).toContain(advice)
})

it('says what to do about a database that can not be opened', () => {
  let complaint: unknown
  try {
    openSqlite('/dev/null/relay.db')
  } catch (error) {
    complaint = toComplaint(error)
  }
  expect(complaint).toMatch(/STINT_DATA must be/)
})

it('says what to do about a file that is no database', () => {
  let complaint: unknown
  try {
    openSqlite(import.meta.filename)
  } catch (error) {
    complaint = toComplaint(error)
  }
  expect(complaint).toMatch(/not a database: STINT_DATA must be a database of Stint/)
})

it.each([
  ['busy', 'end it, or try again'],
  ['full', 'make room'],
] as const)('says what to do about a storage that is %s', (reason, advice) => {
  expect(toComplaint(new StorageError(reason))).toContain(advice)
})

it('is the sentence alone where the user made a mistake', () => {
  expect(toComplaint(new TypeError('PORT is no port: http'))).toBe('PORT is no port: http')
})

it('is the whole error where nobody foresaw it', () => {
  const error = new Error('out of the blue')
  expect(toComplaint(error)).toBe(error)
})
