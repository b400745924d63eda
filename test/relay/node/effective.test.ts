import { describe, expect, it } from 'vitest'
import { readWritten, type Environment } from '../../../src/relay/node/config.ts'
import { toEffective } from '../../../src/relay/node/effective.ts'
import { VARIABLES } from '../../../src/relay/node/variables.ts'
import { ENVIRONMENT } from './environment.ts'

/** Each line's value and source, by option. */
function read(changes: Environment = {}) {
  const env = { ...ENVIRONMENT, ...changes }
  const text = toEffective(env, readWritten(env))
  const lines = text.split('\n').map((line) => line.split(/ {2,}/))
  return { text, lines: new Map(lines.map(([option, ...rest]) => [option, rest])) }
}

describe('the effective configuration', () => {
  it('shows what is set, and by which variable', () => {
    const { lines } = read({ STINT_ORIGINS: 'https://a.example,https://b.example', PORT: '80' })
    expect(lines.get('sensor')).toEqual(['https://app.example', 'STINT_SENSOR'])
    expect(lines.get('courses.0')).toEqual([
      '{"sourcedId":"math-5","subject":"Math","grade":5}',
      'STINT_COURSES',
    ])
    expect(lines.get('origins.1')).toEqual(['https://b.example', 'STINT_ORIGINS'])
    expect(lines.get('port')).toEqual(['80', 'PORT'])
  })

  it('shows what is not set, and why it is as it is', () => {
    const { lines } = read({ STINT_PRESET: 'timeback-sdk' })
    expect(lines.get('gapMs')).toEqual(['60000', 'default'])
    expect(lines.get('policy.idleAfterMs')).toEqual(['never', 'preset timeback-sdk'])
    expect(lines.get('timeback.endpoints.apiUrl')).toEqual([
      'https://api.staging.alpha-1edtech.ai',
      'TIMEBACK_ENV staging',
    ])
    expect(lines.get('data')).toEqual(['.stint/relay.db', 'default'])
    expect(lines.get('app.id')).toEqual(['none', 'default'])
  })

  it('tells a threshold of the policy from one of the preset, and an address from an overridden one', () => {
    const { lines } = read({
      STINT_POLICY: '{"idleAfterMs":90000}',
      TIMEBACK_API_URL: 'https://proxy.example',
    })
    expect(lines.get('policy.idleAfterMs')).toEqual(['90000', 'STINT_POLICY'])
    expect(lines.get('policy.leaveAfterMs')).toEqual(['600000', 'preset stint'])
    expect(lines.get('timeback.endpoints.apiUrl')).toEqual([
      'https://proxy.example',
      'TIMEBACK_API_URL',
    ])
    expect(lines.get('timeback.endpoints.caliperUrl')?.[1]).toBe('TIMEBACK_ENV staging')
  })

  it('shows no secret, but how long it is', () => {
    const { text, lines } = read()
    expect(text).not.toContain('hunter2')
    expect(lines.get('timeback.clientSecret')).toEqual([
      '******** (19 characters)',
      'TIMEBACK_CLIENT_SECRET',
    ])
    expect(lines.get('secret')?.[0]).toBe('******** (38 characters)')
    expect(lines.get('apiKey')?.[0]).toBe('******** (19 characters)')
  })

  it('shows no secret of a host that signs tickets', () => {
    const issuer = {
      issuer: 'https://lms.example',
      secret: 'hunter2-of-the-host-who-signs-tickets',
    }
    const { text } = read({ STINT_TICKET_ISSUERS: JSON.stringify([issuer]) })
    expect(text).toContain('STINT_TICKET_ISSUERS')
    expect(text).not.toContain('hunter2')
  })

  it('leaves no variable out', () => {
    const { lines } = read()
    const own: Record<string, string> = { STINT_IDENTIFY: 'identify', STINT_DATA: 'data' }
    const options = [...lines.keys()]
    const missing = VARIABLES.filter(({ name, option = own[name] ?? name.toLowerCase() }) =>
      options.every((one) => one !== option && !one?.startsWith(`${option}.`)),
    )
    expect(missing).toEqual([])
  })

  it('does not show a configuration that would not start', () => {
    expect(() => read({ STINT_SENSOR: 'app.example' })).toThrow('STINT_SENSOR: ')
  })
})
