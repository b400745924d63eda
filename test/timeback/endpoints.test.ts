import { describe, expect, it } from 'vitest'
import {
  toBaseUrl,
  toCourseId,
  toEndpoints,
  toIdBase,
  toUserId,
} from '../../src/timeback/endpoints.ts'

describe('toEndpoints', () => {
  it('knows the addresses of staging', () => {
    expect(toEndpoints('staging')).toEqual({
      tokenUrl:
        'https://staging-beyond-timeback-api-2-idp.auth.us-east-1.amazoncognito.com/oauth2/token',
      apiUrl: 'https://api.staging.alpha-1edtech.ai',
      caliperUrl: 'https://caliper.staging.alpha-1edtech.ai',
      qtiUrl: 'https://qti-staging.alpha-1edtech.ai/api',
    })
  })

  it('knows the addresses of production, and none of the retired .com hosts', () => {
    const endpoints = toEndpoints('production')
    expect(endpoints).toEqual({
      tokenUrl:
        'https://prod-beyond-timeback-api-2-idp.auth.us-east-1.amazoncognito.com/oauth2/token',
      apiUrl: 'https://api.alpha-1edtech.ai',
      caliperUrl: 'https://caliper.alpha-1edtech.ai',
      qtiUrl: 'https://qti.alpha-1edtech.ai/api',
    })
    expect(JSON.stringify(endpoints)).not.toContain('alpha-1edtech.com')
  })

  it('finds every local service at the sandbox', () => {
    const origins = Object.values(toEndpoints('local')).map((url) => new URL(url).origin)
    expect(new Set(origins)).toEqual(new Set(['http://localhost:4174']))
    expect(toEndpoints('local').tokenUrl).toBe('http://localhost:4174/oauth2/token')
  })

  it('lets each address be overridden alone, and drops trailing slashes', () => {
    const endpoints = toEndpoints('staging', {
      caliperUrl: 'https://caliper-staging.alpha-1edtech.ai//',
    })
    expect(endpoints).toEqual({
      ...toEndpoints('staging'),
      caliperUrl: 'https://caliper-staging.alpha-1edtech.ai',
    })
  })

  it('keeps a path that an override has', () => {
    expect(toEndpoints('local', { apiUrl: 'https://proxy.example/timeback/' }).apiUrl).toBe(
      'https://proxy.example/timeback',
    )
  })

  it.each([
    '',
    'api.example',
    '/api',
    'ftp://api.example',
    'https://',
    ' https://api.example',
    'https://api.example/a b',
  ])('refuses the override %j and names the key', (apiUrl) => {
    expect(() => toEndpoints('staging', { apiUrl })).toThrow(
      new TypeError('apiUrl must be an absolute http(s) URL, such as https://app.example'),
    )
  })

  it.each([
    'https://me:pass@api.example',
    'https://api.example?key=pass',
    'https://api.example/#pass',
  ])('refuses the override %j without repeating it', (caliperUrl) => {
    const attempt = () => toEndpoints('staging', { caliperUrl })
    expect(attempt).toThrow(/^caliperUrl must have no query/)
    expect(attempt).not.toThrow(/pass@|key|#pass/)
  })

  it('refuses an environment that does not exist', () => {
    expect(() => toEndpoints('prod' as 'production')).toThrow(TypeError)
  })
})

describe('OneRoster ids', () => {
  it('are the OneRoster URLs of user and course', () => {
    const base = toIdBase('production')
    expect(toUserId(base, 'u1')).toBe(
      'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/users/u1',
    )
    expect(toCourseId(base, 'c1')).toBe(
      'https://api.alpha-1edtech.ai/ims/oneroster/rostering/v1p2/courses/c1',
    )
  })

  it('never name a production row from staging', () => {
    expect(toIdBase('staging')).toBe('https://api.staging.alpha-1edtech.ai')
  })

  it('are the same on this machine as in production', () => {
    expect(toIdBase('local')).toBe(toIdBase('production'))
  })

  it('percent-encode the sourcedId', () => {
    expect(toUserId('https://api.example/', 'a b/c?d')).toBe(
      'https://api.example/ims/oneroster/rostering/v1p2/users/a%20b%2Fc%3Fd',
    )
  })

  it.each(['', '.', '..'])('refuse the sourcedId %j, which would name another row', (sourcedId) => {
    expect(() => toUserId('https://api.example', sourcedId)).toThrow(/^user sourcedId/)
    expect(() => toCourseId('https://api.example', sourcedId)).toThrow(/^course sourcedId/)
  })
})

it('toBaseUrl leaves the spelling of a URL alone', () => {
  expect(toBaseUrl('https://App.example:443/x', 'sensor')).toBe('https://App.example:443/x')
})
