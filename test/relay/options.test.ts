import { describe, expect, it } from 'vitest'
import {
  courseEntrySchema,
  findCourse,
  toCourseName,
  type CourseEntry,
} from '../../src/relay/courses.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import { readSettings, type RelaySettings } from '../../src/relay/options.ts'
import { COURSES, SECRET } from './relay-world.ts'

const SETTINGS: RelaySettings = {
  secret: SECRET,
  sensor: 'https://app.example',
  app: { name: 'Example App' },
  courses: COURSES,
  timeback: { environment: 'staging', clientId: 'id', clientSecret: 'secret' },
}

/** Settings as somebody writes them who has no compiler. */
const readWith = (changes: object) => () =>
  readSettings({ ...SETTINGS, ...changes } as RelaySettings)

describe('the relay’s options', () => {
  it('need no more than what nobody can guess', () => {
    expect(readSettings(SETTINGS)).toMatchObject({
      origins: [],
      policy: DEFAULT_POLICY,
      allowances: [],
      mayRelax: false,
      flushEveryMs: 15_000,
      leaseMs: 900_000,
      gapMs: 60_000,
      timeback: { allowOther: false },
    })
  })

  it.each([
    ['a short secret', { secret: 'short' }, 'secret: needs at least 32 characters'],
    ['no secret', { secret: undefined }, 'secret: '],
    ['a sensor that is no address', { sensor: 'app.example' }, 'sensor: '],
    ['a sensor of another protocol', { sensor: 'ftp://app.example' }, 'sensor: '],
    ['a sensor with a query', { sensor: 'https://app.example/?school=1' }, 'sensor: must be an'],
    ['a sensor with a fragment', { sensor: 'https://app.example/#1' }, 'sensor: must be an'],
    ['a sensor with a password', { sensor: 'https://a:b@app.example' }, 'sensor: must be an'],
    [
      'a key set in clear',
      { tickets: { issuers: [{ issuer: 'host', jwksUrl: 'http://host.example/jwks.json' }] } },
      'tickets.issuers.0.jwksUrl: must be https',
    ],
    [
      'a key set nowhere',
      { tickets: { issuers: [{ issuer: 'host', jwksUrl: 'host.example' }] } },
      'tickets.issuers.0',
    ],
    ['an app without name', { app: {} }, 'app.name: '],
    [
      'no courses, and nothing that is looked up',
      { courses: [], context: 'host' },
      'courses: needs at least one course',
    ],
    ['XP by the page without a limit', { xp: 'page' }, 'maxPageXp: is needed'],
    ['XP by a rule that there is not', { xp: 'time' }, 'xp: '],
    ['a time zone that there is not', { timezone: 'Texas' }, 'timezone: is an IANA time zone'],
    ['two writers of results', { gradebook: { mode: 'both' } }, 'gradebook.mode: '],
    [
      'a course that nothing finds',
      { courses: [{ sourcedId: 'x', subject: 'Math' }] },
      'courses.0: give a grade or a code',
    ],
    [
      'a course of an unknown subject',
      { courses: [{ ...COURSES[0], subject: 'Maths' }] },
      'courses.0.subject: ',
    ],
    ['a misspelt key in a course', { courses: [{ ...COURSES[0], id: 'x' }] }, 'courses.0: '],
    [
      'a ticket issuer with a short secret',
      { tickets: { issuers: [{ issuer: 'host', secret: 'short' }] } },
      'tickets.issuers.0',
    ],
    [
      'a ticket issuer with two kinds of key',
      {
        tickets: { issuers: [{ issuer: 'host', secret: SECRET, jwksUrl: 'https://host.example' }] },
      },
      'tickets.issuers.0',
    ],
    [
      'a ticket issuer twice',
      { tickets: { issuers: [1, 2].map(() => ({ issuer: 'host', secret: SECRET })) } },
      'tickets.issuers: names an issuer twice',
    ],
    [
      'an unknown environment',
      { timeback: { ...SETTINGS.timeback, environment: 'prod' } },
      'timeback.environment: ',
    ],
    [
      'no client secret',
      { timeback: { ...SETTINGS.timeback, clientSecret: '' } },
      'timeback.clientSecret: ',
    ],
    ['a key that could be guessed', { apiKey: 'secret' }, 'apiKey: '],
    ['an idle time of nothing', { policy: { idleAfterMs: 0 } }, 'policy.idleAfterMs: '],
    ['media that stop counting at once', { policy: { mediaIdleAfterMs: 999 } }, 'policy.mediaIdle'],
    ['frames that stop counting at once', { policy: { frameIdleAfterMs: 0 } }, 'policy.frameIdle'],
    ['a sleep at each tick', { policy: { suspendAfterMs: 250 } }, 'policy.suspendAfterMs: '],
    ['learners who leave at once', { policy: { leaveAfterMs: 10 } }, 'policy.leaveAfterMs: '],
    ['flushes without a pause', { flushEveryMs: 0 }, 'flushEveryMs: '],
    ['seconds with a fraction', { leaseMs: 0.5 }, 'leaseMs: '],
    ['a lease that ends before the next flush', { leaseMs: 15_000 }, 'leaseMs: must be longer'],
    [
      'a threshold that is a word',
      { policy: { idleWasteAfterMs: 'off' } },
      'policy.idleWasteAfterMs: ',
    ],
  ])('with %s are refused, and the setting is named', (_, changes, line) => {
    expect(readWith(changes)).toThrow(TypeError)
    expect(readWith(changes)).toThrow(line)
  })

  it.each(['tokenUrl', 'apiUrl', 'caliperUrl', 'qtiUrl'] as const)(
    'with a %s in clear, with a query, or that is no address, are refused',
    (name) => {
      const readAt = (url: string) =>
        readWith({ timeback: { ...SETTINGS.timeback, endpoints: { [name]: url } } })
      const line = `timeback.endpoints.${name}: must be`
      expect(readAt('http://api.example')).toThrow(`${line} https`)
      expect(readAt('https://api.example/?a=1')).toThrow(`${line} an absolute http(s) URL`)
      expect(readAt('api.example')).toThrow(`${line} an absolute http(s) URL`)
    },
  )

  it.each([
    ['localhost', 'http://localhost:4174'],
    ['a name of this machine', 'http://sandbox.localhost:4174'],
    ['its own address', 'http://127.0.0.1:4174'],
    ['its own address of IPv6', 'http://[::1]:4174'],
    ['anywhere, by https', 'https://api.example'],
  ])('may have Timeback and a host’s keys at %s', (_, url) => {
    const endpoints = { tokenUrl: url, apiUrl: url, caliperUrl: url, qtiUrl: url }
    const issuers = [{ issuer: 'host', jwksUrl: `${url}/jwks.json?v=1` }]
    const timeback = { ...SETTINGS.timeback, endpoints }
    expect(readWith({ timeback, tickets: { issuers } })()).toMatchObject({
      timeback: { endpoints },
      tickets: { issuers },
    })
  })

  it.each(['idleWasteAfterMs', 'hiddenWasteAfterMs'] as const)(
    'may have time be waste at once: %s',
    (name) => {
      expect(readWith({ policy: { [name]: 0 } })()).toMatchObject({ policy: { [name]: 0 } })
    },
  )

  it('are refused with all that is wrong at once, and never with a secret', () => {
    const read = readWith({ secret: 'hunter2', sensor: 'x', leaseMs: -1 })
    for (const name of ['secret', 'sensor', 'leaseMs']) expect(read).toThrow(`  ${name}: `)
    expect(read).not.toThrow('hunter2')
  })
})

describe('a course', () => {
  const BOTH: CourseEntry = { sourcedId: 'both', subject: 'Math', grade: 7, code: 'M7' }

  it.each([
    [{ subject: 'Math', grade: 5 }, 'math-5'],
    [{ subject: 'Math', grade: 7 }, 'both'],
    [{ code: 'M7' }, 'both'],
    [{ code: 'READ-X' }, 'reading-x'],
    [{ subject: 'Math', grade: 6 }, undefined],
    [{ subject: 'Reading', grade: 5 }, undefined],
    [{ code: 'math-5' }, undefined],
    [{ code: '' }, undefined],
  ] as const)('is found by what an activity says of it: %o', (course, sourcedId) => {
    expect(findCourse([...COURSES, BOTH], course)?.sourcedId).toBe(sourcedId)
  })

  it('is called by its name, else its code, else subject and grade', () => {
    expect(toCourseName({ ...BOTH, name: 'Algebra' })).toBe('Algebra')
    expect(toCourseName(BOTH)).toBe('M7')
    expect(toCourseName({ sourcedId: 'x', subject: 'Social Studies', grade: 3 })).toBe(
      'Social Studies G3',
    )
  })

  it('takes Pre-K and AP, and no grade beyond', () => {
    const isGood = (grade: number) =>
      courseEntrySchema.safeParse({ sourcedId: 'x', subject: 'Math', grade }).success
    expect([-2, -1, 0, 13, 14].map(isGood)).toEqual([false, true, true, true, false])
  })
})
