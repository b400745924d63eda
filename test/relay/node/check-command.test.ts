import { describe, expect, it } from 'vitest'
import { readCheckOptions } from '../../../src/relay/node/check/check-command.ts'
import { explain } from '../../../src/relay/node/check/explain.ts'
import { toExitCode, toReport, type Finding } from '../../../src/relay/node/check/finding.ts'
import { ENVIRONMENT } from './environment.ts'

const OK: Finding = { name: 'token', state: 'ok', found: 'given' }
const WARNING: Finding = { name: 'qti host', state: 'warning', found: 'silent', todo: 'ask' }
const FAILED: Finding = { name: 'user', state: 'failed', found: 'nobody', todo: 'make one' }

describe('the options of a check', () => {
  it('are the relay’s, without those that do not matter here', () => {
    const { TIMEBACK_ENV, TIMEBACK_CLIENT_ID, TIMEBACK_CLIENT_SECRET } = ENVIRONMENT
    const env = { TIMEBACK_ENV, TIMEBACK_CLIENT_ID, TIMEBACK_CLIENT_SECRET }
    expect(readCheckOptions(env, undefined)).toMatchObject({
      timeback: { environment: 'staging' },
      courses: [],
      context: 'timeback',
      sensor: undefined,
    })
    expect(readCheckOptions(ENVIRONMENT, 'ann@school.example')).toMatchObject({
      sensor: 'https://app.example',
      app: { name: 'Example App' },
      courses: [{ sourcedId: 'math-5' }],
      email: 'ann@school.example',
    })
  })

  it.each([
    [{ TIMEBACK_CLIENT_ID: undefined }, undefined, 'Not set: TIMEBACK_CLIENT_ID'],
    [{ TIMEBACK_ENV: 'prod' }, undefined, '  TIMEBACK_ENV: '],
    [{ STINT_COURSES: '[{"sourcedId":"a"}]' }, undefined, '  STINT_COURSES.0.subject: '],
    [{}, 'ann', '--email is no e-mail address'],
  ])('with %o and the e-mail %s are refused', (changes, email, said) => {
    expect(() => readCheckOptions({ ...ENVIRONMENT, ...changes }, email)).toThrow(said)
  })
})

describe('the report', () => {
  it('is a table, and then what to do', () => {
    expect(toReport([OK, WARNING, FAILED]).split('\n')).toEqual([
      'ok       token     given',
      'warning  qti host  silent',
      'failed   user      nobody',
      '',
      'What to do:',
      '  qti host: ask',
      '  user: make one',
      '',
      '1 failed.',
    ])
  })

  it('asks for nothing where all is right', () => {
    expect(toReport([OK])).toBe('ok  token  given\n\nNothing failed.')
  })

  it('fails a pipeline by what failed alone', () => {
    expect(toExitCode([OK, WARNING])).toBe(0)
    expect(toExitCode([OK, WARNING, FAILED])).toBe(1)
  })
})

describe('an answer', () => {
  it.each([
    [{ type: 'retry', reason: 'not_sent', detail: 'ENOTFOUND' }, 'not sent, ENOTFOUND', 'network'],
    [{ type: 'retry', reason: 'rate_limited', status: 429 }, 'rate limited, 429', 'wait'],
    [{ type: 'retry', reason: 'unreadable', status: 200 }, 'unreadable, 200', 'the address'],
    [{ type: 'refused', status: 403, answer: '{"message":"no scope"}' }, 'no scope', 'the scope'],
    [{ type: 'refused', status: 403, answer: '{"imsx_description":"no"}' }, ': no', 'the scope'],
    [{ type: 'refused', status: 404, answer: '<title>\n No' }, ': <title> No', 'no such path'],
    [{ type: 'refused', status: 400, answer: '' }, 'with 400: no text', 'read the answer'],
    [{ type: 'absent' }, 'not there', 'make it'],
  ] as const)('%o is put into words', (answer, found, todo) => {
    expect(explain(answer, 'make it')).toEqual({
      found: expect.stringContaining(found),
      todo: expect.stringContaining(todo),
    })
  })

  it('that is long is cut', () => {
    const { found } = explain({ type: 'refused', status: 400, answer: 'x'.repeat(4_000) }, '')
    expect(found.length).toBeLessThan(400)
  })
})
