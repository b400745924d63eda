import { describe, expect, it } from 'vitest'
import { API, OPTIONS, runCheck } from './check-world.ts'

describe('a check of an environment where all is right', () => {
  it('finds hosts, token, course, learner, enrolment and a valid envelope', async () => {
    const { findings } = await runCheck()
    const needed = findings.filter(({ name }) => !/^open:|^scopes/.test(name))
    expect(needed.map(({ name, state }) => `${state} ${name}`)).toEqual([
      'ok api host',
      'ok caliper host',
      'ok qti host',
      'ok token',
      'ok course:math-5',
      'ok gradebook',
      'ok user',
      'ok enrolment',
      'ok caliper',
      'ok caliper reads',
    ])
  })

  it('writes nothing: it reads, and has envelopes validated', async () => {
    const { requests, sandbox } = await runCheck()
    expect(sandbox.events()).toEqual([])
    const writes = requests.filter((request) => !request.startsWith('GET '))
    expect(new Set(writes.map((request) => new URL(request.slice(5)).pathname))).toEqual(
      new Set(['/oauth2/token', '/caliper/event/validate']),
    )
  })

  it('answers what the documents leave open, one by one', async () => {
    const { find } = await runCheck()
    expect(find('open:subject-other')?.found).toMatch(/^the subject Other: refused with 400: event/)
    expect(find('open:negative-xp')?.found).toMatch(/refused with 400: .*value/)
    expect(find('open:future-time')?.found).toMatch(/accepted$/)
    for (const form of ['seconds', 'microseconds', 'offset']) {
      expect(find(`open:time-${form}`)?.found).toMatch(/refused with 400: sendTime/)
    }
    expect(find('open:same-id-twice')?.found).toMatch(/accepted$/)
    expect(find('open:many-events')?.found).toMatch(/^100 events in an envelope: accepted$/)
    expect(find('open:facts-source')?.found).toMatch(/0 rows of results, 2 of Caliper events/)
  })

  it('asks production none of these questions', async () => {
    const { findings } = await runCheck({
      timeback: {
        ...OPTIONS.timeback,
        environment: 'production',
        endpoints: {
          apiUrl: API,
          caliperUrl: 'http://localhost:4174',
          tokenUrl: 'http://localhost:4174/oauth2/token',
        },
      },
    })
    expect(findings.map(({ name }) => name)).toContain('caliper')
    expect(findings.filter(({ name }) => name.startsWith('open:'))).toEqual([])
  })

  it('looks at both names of the staging host', async () => {
    const { find } = await runCheck({
      timeback: {
        ...OPTIONS.timeback,
        environment: 'staging',
        endpoints: { apiUrl: API, tokenUrl: 'http://localhost:4174/oauth2/token' },
      },
    })
    expect(find('open:caliper-host')?.found).toBe(
      'the other spelling: https://caliper-staging.alpha-1edtech.ai answers with 404',
    )
  })

  it('shows a host no token to find out whether it answers', async () => {
    const { bare } = await runCheck()
    expect(bare).toContain(`${API}/openapi.yaml`)
    expect(bare.filter((url) => !url.endsWith('/openapi.yaml'))).toEqual([
      'http://localhost:4174/oauth2/token',
    ])
  })

  it('shows neither name nor e-mail of the learner', async () => {
    const { findings } = await runCheck()
    expect(JSON.stringify(findings)).not.toMatch(/Ann|ann@/)
  })
})
