import { describe, expect, it } from 'vitest'
import { readOptions, toVariable } from '../../../src/relay/node/config.ts'
import { VARIABLES } from '../../../src/relay/node/variables.ts'
import { readSettings, relayOptionsSchema } from '../../../src/relay/options.ts'
import { ENVIRONMENT } from './environment.ts'

const readAt = (value: unknown, path: string) =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)

/** Whose fallback is the very value, and not a word for it. */
const DEFAULTS = VARIABLES.filter(
  ({ kind, option, fallback = '' }) =>
    option !== undefined && kind !== 'json' && kind !== 'list' && /^[a-z\d]+$/.test(fallback),
).filter(({ fallback }) => fallback !== 'none')

describe('the variables', () => {
  it('can set every option that a relay has', () => {
    const options = VARIABLES.flatMap(({ option }) => option?.split('.')[0] ?? [])
    expect(Object.keys(relayOptionsSchema.shape).filter((key) => !options.includes(key))).toEqual(
      [],
    )
  })

  it.each(DEFAULTS)('say the default of $name that it really has', ({ option = '', fallback }) => {
    const settings = readSettings(readOptions(ENVIRONMENT))
    expect(String(readAt(settings, option))).toBe(fallback)
  })

  it.each(VARIABLES.filter(({ kind }) => kind === 'json'))(
    'give an example for $name that can be read',
    ({ name, example = '' }) => {
      expect(() => readSettings(readOptions({ ...ENVIRONMENT, [name]: example }))).not.toThrow()
    },
  )

  it('have one name and one option each', () => {
    const names = VARIABLES.map(({ name }) => name)
    const options = VARIABLES.flatMap(({ option }) => option ?? [])
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(options).size).toBe(options.length)
  })

  it('are what an option is called to who wrote it', () => {
    expect(toVariable('courses.0.grade')).toBe('STINT_COURSES.0.grade')
    expect(toVariable('timeback.clientSecret')).toBe('TIMEBACK_CLIENT_SECRET')
    expect(toVariable('nothing.of.ours')).toBe('nothing.of.ours')
  })
})
