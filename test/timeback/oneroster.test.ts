import { describe, expect, it } from 'vitest'
import { createOneRoster, type OneRosterKind } from '../../src/timeback/oneroster.ts'
import { createService, toFailure, type Call } from './service.ts'

function setUp(...answers: ((call: Call) => Response)[]) {
  const { calls, options, platform } = createService(...answers)
  return { oneRoster: createOneRoster(options, platform), calls }
}

const ANN = {
  sourcedId: 'user-77',
  status: 'active',
  enabledUser: 'true',
  givenName: 'Ann',
  familyName: 'Smith',
  email: 'ann@school.org',
  roles: [{ roleType: 'primary', role: 'student', org: { sourcedId: 'org-1' } }],
  grades: ['3'],
  userProfiles: [{ credentials: [{ username: 'ann', password: 'hunter2' }] }],
}

describe('findUsers', () => {
  it('asks once for all, so that deleted ones hide nobody', async () => {
    const { oneRoster, calls } = setUp(() => Response.json({ users: [ANN], totalCount: 1 }))
    await oneRoster.findUsers('ann@school.org')
    expect(calls.map(({ url }) => url)).toEqual([
      "https://api.example/ims/oneroster/rostering/v1p2/users/?filter=email%3D'ann%40school.org'&limit=100",
    ])
    expect(calls[0]).toMatchObject({ method: 'GET', headers: { authorization: 'Bearer token-1' } })
  })

  it('doubles a quote and encodes what would end the parameter', async () => {
    const { oneRoster, calls } = setUp(() => Response.json({ users: [] }))
    await oneRoster.findUsers("o'neil+a&limit=9#@school.org")
    expect(calls[0]?.query).toEqual({
      filter: "email='o''neil+a&limit=9#@school.org'",
      limit: '100',
    })
  })

  it('reads who it is, and leaves names and credentials out', async () => {
    const { oneRoster } = setUp(() => Response.json({ users: [ANN] }))
    await expect(oneRoster.findUsers('ANN@school.org')).resolves.toEqual({
      type: 'read',
      value: [
        {
          sourcedId: 'user-77',
          status: 'active',
          email: 'ann@school.org',
          roles: [
            { role: 'student', roleType: 'primary', org: { sourcedId: 'org-1', name: null } },
          ],
          grades: ['3'],
          primaryOrg: null,
          metadata: {},
        },
      ],
    })
  })

  it.each([0, 1, 2])('gives all of %i', async (count) => {
    const users = Array.from({ length: count }, (_, n) => ({ sourcedId: `user-${n}` }))
    const { oneRoster, calls } = setUp(() => Response.json({ users, totalCount: 900 }))
    const answer = await oneRoster.findUsers('ann@school.org')
    expect(answer.type === 'read' && answer.value.map(({ sourcedId }) => sourcedId)).toEqual(
      users.map(({ sourcedId }) => sourcedId),
    )
    expect(calls).toHaveLength(1)
  })

  it('finds who is there behind two who are deleted', async () => {
    const users = [
      { ...ANN, sourcedId: 'old-1', status: 'tobedeleted' },
      { ...ANN, sourcedId: 'old-2', status: 'tobedeleted' },
      ANN,
    ]
    const { oneRoster } = setUp(({ query }) =>
      Response.json({ users: users.slice(0, Number(query.limit)), totalCount: 3 }),
    )
    const answer = await oneRoster.findUsers('ann@school.org')
    expect(answer.type === 'read' && answer.value.at(-1)?.sourcedId).toBe('user-77')
  })

  it('gives no user with another e-mail: where a filter is ignored, the first of all come', async () => {
    const { oneRoster } = setUp(() => Response.json({ users: [ANN] }))
    await expect(oneRoster.findUsers('bob@school.org')).resolves.toMatchObject({
      type: 'retry',
      reason: 'unreadable',
    })
  })

  it.each([
    ['no list', {}],
    ['null for a list', { users: null }],
    ['a user without an id', { users: [{ email: 'ann@school.org' }] }],
  ])('does not take %s for nobody', async (_, body) => {
    const { oneRoster } = setUp(() => Response.json(body))
    await expect(oneRoster.findUsers('ann@school.org')).resolves.toMatchObject({
      type: 'retry',
      reason: 'unreadable',
    })
  })
})

describe('listEnrollments', () => {
  it('asks for the active ones and reads their days', async () => {
    const { oneRoster, calls } = setUp(() =>
      Response.json({
        enrollments: [
          {
            sourcedId: 'enr-1',
            status: 'active',
            role: 'student',
            primary: 'true',
            beginDate: '2025-08-13',
            endDate: null,
            user: { sourcedId: 'user-77' },
            class: { sourcedId: 'class-1' },
            course: { sourcedId: 'course-123', name: 'MATH-3' },
            metadata: { goals: { dailyXp: 25 } },
          },
        ],
        totalCount: 1,
      }),
    )
    await expect(oneRoster.listEnrollments('user-77')).resolves.toEqual({
      type: 'read',
      value: [
        {
          sourcedId: 'enr-1',
          status: 'active',
          role: 'student',
          beginDate: '2025-08-13',
          endDate: null,
          user: { sourcedId: 'user-77', name: null },
          class: { sourcedId: 'class-1', name: null },
          course: { sourcedId: 'course-123', name: 'MATH-3' },
          school: null,
          metadata: { goals: { dailyXp: 25 } },
        },
      ],
    })
    expect(calls[0]?.path).toBe('/ims/oneroster/rostering/v1p2/enrollments/')
    expect(calls[0]?.query.filter).toBe("user.sourcedId='user-77' AND status='active'")
  })
})

describe('listResults', () => {
  it('asks for the active ones of one learner on one line item', async () => {
    const { oneRoster, calls } = setUp(() =>
      Response.json({
        assessmentResults: [
          {
            sourcedId: 'r1',
            status: 'active',
            assessmentLineItem: { sourcedId: 'l1' },
            student: { sourcedId: 's1' },
            score: 85,
            scoreStatus: 'fully graded',
            scoreDate: '2026-01-15T14:05:09.000Z',
            metadata: { xp: 12, attempt: 1 },
          },
          { sourcedId: 'r2', score: '85', metadata: null },
        ],
        totalCount: 2,
      }),
    )
    await expect(oneRoster.listResults({ lineItemId: 'l1', studentId: 's1' })).resolves.toEqual({
      type: 'read',
      value: [
        {
          sourcedId: 'r1',
          status: 'active',
          score: 85,
          scoreStatus: 'fully graded',
          scoreDate: '2026-01-15T14:05:09.000Z',
          lineItem: { sourcedId: 'l1', name: null },
          student: { sourcedId: 's1', name: null },
          metadata: { xp: 12, attempt: 1 },
        },
        {
          sourcedId: 'r2',
          status: null,
          score: null,
          scoreStatus: null,
          scoreDate: null,
          lineItem: null,
          student: null,
          metadata: {},
        },
      ],
    })
    expect(calls[0]?.path).toBe('/ims/oneroster/gradebook/v1p2/assessmentResults/')
    expect(calls[0]?.query.filter).toBe(
      "status='active' AND assessmentLineItem.sourcedId='l1' AND student.sourcedId='s1'",
    )
  })
})

describe('listCourses', () => {
  it('asks with a filter, or for all', async () => {
    const body = {
      courses: [{ sourcedId: 'c1', title: 'Math', subjects: ['Math'] }],
      totalCount: 1,
    }
    const { oneRoster, calls } = setUp(() => Response.json(body))
    await expect(oneRoster.listCourses({ courseCode: 'MATH-3' })).resolves.toMatchObject({
      type: 'read',
      value: [{ sourcedId: 'c1', title: 'Math', subjects: ['Math'], grades: [], org: null }],
    })
    await oneRoster.listCourses()
    expect(calls.map(({ query }) => query.filter)).toEqual(["courseCode='MATH-3'", undefined])
  })
})

const R = '/ims/oneroster/rostering/v1p2'
const G = '/ims/oneroster/gradebook/v1p2'
const PLACES: [OneRosterKind, string, string][] = [
  ['course', `${R}/courses/a%2Fb`, 'course'],
  ['component', `${R}/courses/components/a%2Fb`, 'courseComponent'],
  ['resource', '/ims/oneroster/resources/v1p2/resources/a%2Fb', 'resource'],
  ['componentResource', `${R}/courses/component-resources/a%2Fb`, 'componentResource'],
  ['class', `${R}/classes/a%2Fb`, 'class'],
  ['enrollment', `${R}/enrollments/a%2Fb`, 'enrollment'],
  ['lineItem', `${G}/assessmentLineItems/a%2Fb`, 'assessmentLineItem'],
  ['result', `${G}/assessmentResults/a%2Fb`, 'assessmentResult'],
  ['user', `${R}/users/a%2Fb`, 'user'],
  ['org', `${R}/orgs/a%2Fb`, 'org'],
]

describe('read', () => {
  it.each(PLACES)('reads a %s, whole', async (kind, path, key) => {
    const row = { sourcedId: 'a/b', status: 'tobedeleted', unheardOf: { deep: [1] } }
    const { oneRoster, calls } = setUp(() => Response.json({ [key]: row }))
    await expect(oneRoster.read(kind, 'a/b')).resolves.toEqual({ type: 'read', value: row })
    expect(calls).toMatchObject([{ method: 'GET', url: `https://api.example${path}` }])
  })

  it('says that there is none', async () => {
    const { oneRoster } = setUp(() => toFailure(404, 'unknownobject'))
    await expect(oneRoster.read('lineItem', 'l1')).resolves.toMatchObject({ type: 'absent' })
  })

  it.each([
    ['another row', { course: { sourcedId: 'c2' } }],
    ['a row of another kind', { class: { sourcedId: 'c1' } }],
    ['a row without its key', { sourcedId: 'c1' }],
  ])('does not take %s for the one', async (_, body) => {
    const { oneRoster } = setUp(() => Response.json(body))
    await expect(oneRoster.read('course', 'c1')).resolves.toMatchObject({ reason: 'unreadable' })
  })

  it('asks for nothing with an id that is none', async () => {
    const { oneRoster, calls } = setUp(() => Response.json({}))
    await expect(oneRoster.read('course', '..')).rejects.toThrow(TypeError)
    expect(calls).toEqual([])
  })
})

describe('put', () => {
  it.each(PLACES)('writes a %s under its key, with its id', async (kind, path, key) => {
    const sent = { status: 'active', title: 'A', metadata: { xp: 12 } }
    const row = { ...sent, sourcedId: 'a/b' }
    const { oneRoster, calls } = setUp(() => Response.json({ [key]: row }, { status: 201 }))
    await expect(oneRoster.put(kind, 'a/b', sent)).resolves.toEqual({ type: 'read', value: row })
    expect(calls).toMatchObject([
      {
        method: 'PUT',
        url: `https://api.example${path}`,
        headers: { 'content-type': 'application/json' },
        body: { [key]: row },
      },
    ])
  })

  it('takes a 200, too', async () => {
    const { oneRoster } = setUp(() => Response.json({ course: { sourcedId: 'c1' } }))
    await expect(oneRoster.put('course', 'c1', {})).resolves.toMatchObject({ type: 'read' })
  })

  it.each([
    ['nothing', () => new Response(null, { status: 201 })],
    ['a 204', () => new Response(null, { status: 204 })],
    ['a pair of ids', () => Response.json({ sourcedIdPairs: { suppliedSourcedId: 'c1' } })],
  ])('has written the row where the answer is %s, as with events', async (_, answer) => {
    const { oneRoster } = setUp(answer)
    await expect(oneRoster.put('course', 'c1', { title: 'A' })).resolves.toEqual({
      type: 'read',
      value: { sourcedId: 'c1', title: 'A' },
    })
  })

  it.each([
    ['an HTML page', () => new Response('<title>Welcome</title>')],
    ['a 500', () => toFailure(500, 'internal_server_error')],
  ])('is to be made again after %s, since that does no harm', async (_, answer) => {
    const { oneRoster } = setUp(answer)
    await expect(oneRoster.put('course', 'c1', {})).resolves.toMatchObject({ type: 'retry' })
  })

  it('says what is missing where a row names what is not there', async () => {
    const { oneRoster } = setUp(() => toFailure(404, 'unknownobject'))
    await expect(oneRoster.put('result', 'r1', {})).resolves.toEqual({
      type: 'absent',
      answer: expect.stringContaining('unknownobject'),
    })
  })
})

describe('list', () => {
  it.each([
    ['component', '/ims/oneroster/rostering/v1p2/courses/components', 'courseComponents'],
    [
      'componentResource',
      '/ims/oneroster/rostering/v1p2/courses/component-resources',
      'componentResources',
    ],
    ['class', '/ims/oneroster/rostering/v1p2/classes/', 'classes'],
    ['resource', '/ims/oneroster/resources/v1p2/resources/', 'resources'],
    ['lineItem', '/ims/oneroster/gradebook/v1p2/assessmentLineItems/', 'assessmentLineItems'],
    ['org', '/ims/oneroster/rostering/v1p2/orgs/', 'orgs'],
  ] as const)('asks for each %s where they are, and reads whole rows', async (kind, path, key) => {
    const row = { sourcedId: 'a', status: 'tobedeleted', anything: { else: 1 } }
    const { oneRoster, calls } = setUp(() => Response.json({ [key]: [row], totalCount: 1 }))
    const answer = await oneRoster.list(kind, { 'course.sourcedId': 'course-1' })
    expect(answer).toEqual({ type: 'read', value: [row] })
    expect(calls).toMatchObject([{ path, query: { filter: "course.sourcedId='course-1'" } }])
  })
})
