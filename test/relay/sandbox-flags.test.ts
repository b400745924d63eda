import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  readSandboxFlags,
  SANDBOX_FLAGS,
  SANDBOX_HELP,
} from '../../src/relay/node/sandbox-flags.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'

const read = (...args: string[]) =>
  readSandboxFlags(parseArgs({ args, options: SANDBOX_FLAGS }).values)

describe('the flags of the sandbox', () => {
  it.each([
    ['read-lag-ms', '5000', { readLagMs: 5000 }],
    ['token-life-seconds', '60', { tokenLifeSeconds: 60 }],
    ['reply', 'data.jobId', { reply: 'data.jobId' }],
    ['duplicates', 'drop', { duplicates: 'drop' }],
    ['school', 'empty', { school: 'empty' }],
    ['missing-slash', '422', { missingSlash: 422 }],
    ['missing-slash', '404', { missingSlash: 404 }],
    ['missing-slash', 'accept', { missingSlash: 'accept' }],
    ['unprocessed-xp', 'ignored', { unprocessedXp: 'ignored' }],
    ['result-xp', 'counted', { resultXp: 'counted' }],
  ])('--%s %s is read', (flag, value, expected) => {
    expect(read(`--${flag}`, value)).toEqual(expected)
  })

  it.each([
    ['read-lag-ms', 'long'],
    ['read-lag-ms', '-1'],
    ['token-life-seconds', '0'],
    ['reply', 'perhaps'],
    ['duplicates', 'twice'],
    ['school', 'big'],
    ['missing-slash', '500'],
    ['unprocessed-xp', 'yes'],
    ['result-xp', 'no'],
  ])('--%s %s is refused by its name', (flag, value) => {
    expect(() => read(`--${flag}=${value}`)).toThrow(`--${flag}: `)
  })

  it('that are not given change nothing', () => {
    expect(createSandbox(read()).rows('users')).toHaveLength(15)
  })

  it.each(Object.keys(SANDBOX_FLAGS))('name --%s in the help', (flag) => {
    expect(SANDBOX_HELP).toContain(`--${flag} `)
  })

  it.each(['token', 'event', 'read', 'roster', 'gradebook', 'edubridge', 'powerpath'] as const)(
    'name the fault on %s in the help, and there is one',
    (on) => {
      expect(SANDBOX_HELP).toContain(on)
      expect(() => createSandbox().faults.add({ on, status: 503 })).not.toThrow()
    },
  )
})
