// The two commands against the sandbox, over its fetch: what is printed, what is written, and the exit code.

import { beforeEach, describe, expect, it } from 'vitest'
import { runCourse } from '../../../../src/relay/node/course/course-command.ts'
import { createSandbox, type Sandbox } from '../../../../src/sandbox/sandbox.ts'
import { SMALL } from './course-files.ts'

/** The sandbox's own school. */
const ORG = 'org-school-example'
const FILE = {
  ...SMALL,
  course: { ...SMALL.course, org: ORG },
  classes: [{ title: 'Room 5a', terms: ['term-2025'] }],
  enrollments: [
    { email: 'tomas@school.example' },
    { email: 'teacher@school.example', role: 'teacher' },
  ],
}
const ENV = {
  TIMEBACK_ENV: 'local',
  TIMEBACK_CLIENT_ID: 'demo',
  TIMEBACK_CLIENT_SECRET: 'demo-secret',
}
const COURSE_PATH = '/courses/mathapp-g5'

interface World {
  sandbox: Sandbox
  requests: number
  /** `PUT path` of each write. */
  writes: string[]
  /** Statuses for the next writes whose path ends so; `lost` is done all the same, and never answered. */
  faults: { path: string; status: number | 'lost'; count: number }[]
}
let world: World

beforeEach(() => {
  world = { sandbox: createSandbox(), requests: 0, writes: [], faults: [] }
})

async function answer(url: string, init: RequestInit): Promise<Response> {
  world.requests += 1
  const request = new Request(url, init)
  const { pathname } = new URL(url)
  const fault = world.faults.find(({ path, count }) => pathname.endsWith(path) && count > 0)
  const isWrite = request.method !== 'GET' && pathname !== '/oauth2/token'
  if (isWrite) world.writes.push(`${request.method} ${pathname}`)
  if (!isWrite || !fault) return world.sandbox.fetch(request)
  fault.count -= 1
  if (fault.status === 'lost') {
    await world.sandbox.fetch(request)
    throw new TypeError('fetch failed')
  }
  return Response.json({ imsx_description: 'a fault' }, { status: fault.status })
}

interface Ran {
  code: number
  output: string
}

async function run(args: string[], file: object | string = FILE, env: object = ENV): Promise<Ran> {
  const printed: string[] = []
  const code = await runCourse(args, {
    env: { ...env },
    fetch: async (url, init) => answer(String(url), init ?? {}),
    readText: async () => (typeof file === 'string' ? file : JSON.stringify(file, null, 2)),
    print: (text) => void printed.push(text),
    wait: async () => {},
    now: () => Date.UTC(2026, 0, 15),
  })
  return { code, output: printed.join('\n') }
}

const push = async (file?: object, ...flags: string[]) =>
  run(['push', 'course.json', ...flags], file)
const apply = async (file?: object, ...flags: string[]) => push(file, '--apply', ...flags)

describe('stint course push', () => {
  it('changes nothing without --apply, and says what does', async () => {
    const { code, output } = await push()
    expect(code).toBe(0)
    expect(output).toContain('12 to create, 0 to update, 0 the same.')
    expect(output).toContain('\n  stint course push course.json --apply')
    expect(world.writes).toEqual([])
  })

  it('quotes a file’s name for the shell', async () => {
    expect((await run(['push', "Ann's course.json"])).output).toContain(
      String.raw`stint course push 'Ann'\''s course.json' --apply`,
    )
  })

  it('does it with --apply, line by line, and ends with what the relay has to know', async () => {
    const { code, output } = await apply()
    expect(code).toBe(0)
    expect(output.match(/^created {2}/gm)).toHaveLength(12)
    expect(output).toContain('12 created.')
    expect(output).toContain('{"sourcedId":"mathapp-g5","subject":"Math","grade":5}')
    expect(world.writes).toHaveLength(12)
  })

  it('finds everything the same the second time, and writes nothing', async () => {
    await apply()
    world.writes.length = 0
    const { code, output } = await apply()
    expect(code).toBe(0)
    expect(output).toContain('0 to create, 0 to update, 12 the same.')
    expect(world.writes).toEqual([])
  })

  it('keeps what others have put into a row that it updates', async () => {
    const course = (await readJson('/ims/oneroster/rostering/v1p2/courses/course-math-5')).course
    const file = { course: { ...FILE.course, id: 'course-math-5', title: 'Mathematics 5' } }
    expect((await apply(file)).code).toBe(0)
    const updated = (await readJson('/ims/oneroster/rostering/v1p2/courses/course-math-5')).course
    expect(updated).toMatchObject({ title: 'Mathematics 5', courseCode: course.courseCode })
    expect(updated.metadata).toMatchObject({
      primaryApp: course.metadata.primaryApp,
      metrics: course.metadata.metrics,
    })
  })

  it('tries again what failed for now', async () => {
    world.faults = [{ path: '-room-5a', status: 503, count: 3 }]
    const { code } = await apply()
    expect(code).toBe(0)
    expect(world.writes.filter((line) => line.endsWith('-room-5a'))).toHaveLength(4)
  })

  it('goes on past a failure in the middle, fails, and finishes the rest when run again', async () => {
    world.faults = [{ path: 'component-decimals', status: 422, count: 1 }]
    const { code, output } = await apply()
    expect(code).toBe(1)
    expect(output).toContain('units.1 (line')
    expect(output).toContain('Timeback refused it (422): a fault')
    expect(output).toContain('10 created, 1 failed, 1 skipped.\nRun it again to do what is left.')

    world.writes.length = 0
    const again = await apply()
    expect(again.code).toBe(0)
    expect(again.output).toContain('2 created, 10 the same.')
    expect(world.writes).toHaveLength(2)
  })

  it('enrols by EduBridge where the file has no classes, and once, though the answer was lost', async () => {
    const file = { course: FILE.course, enrollments: FILE.enrollments }
    world.faults = [
      { path: '/enroll/learner-2/mathapp-g5/org-school-example', status: 'lost', count: 1 },
    ]
    expect((await apply(file)).output).toContain('3 created.')
    expect(world.writes.filter((line) => line.includes('/enroll/'))).toHaveLength(2)
    expect((await apply(file)).output).toContain('3 the same.')
    expect((await run(['show', 'mathapp-g5'])).output).toContain(
      '1 student enrolled, and 1 in other',
    )
  })

  it('stops at a course that Timeback does not take, and says what may be wrong', async () => {
    const { code, output } = await apply({ ...FILE, course: { ...FILE.course, org: 'org-none' } })
    expect(code).toBe(1)
    expect(output).toContain('Note: Timeback shows no org org-none')
    expect(output).toContain('is the "org" right')
    expect(output).not.toContain('STINT_COURSES')
    expect(world.writes).toEqual([`PUT /ims/oneroster/rostering/v1p2${COURSE_PATH}`])
  })

  it('enrols whom it knows, and names the others by their line and never by their address', async () => {
    const enrollments = ['twins', 'nobody', 'aiko'].map((name) => ({
      email: `${name}@school.example`,
    }))
    const { code, output } = await apply({ ...FILE, enrollments })
    expect(code).toBe(1)
    expect(output).toMatch(/enrollments\.0 \(line \d+\): more than one at Timeback/)
    expect(output).toMatch(/enrollments\.1 \(line \d+\): nobody at Timeback/)
    expect(output).toContain('created  enrollment  mathapp-g5-class-room-5a-student-learner-3')
    expect(output).not.toContain('@')
  })

  it('points at what a new title has left behind', async () => {
    await apply()
    const [first, second] = FILE.units
    const { output } = await push({
      ...FILE,
      units: [{ ...first, title: 'All fractions' }, second],
    })
    expect(output).toContain(
      'not in the file, left as it is: component mathapp-g5-component-fractions',
    )
  })

  it('says that a mastered course has no lesson to be written for, until it has', async () => {
    expect((await apply()).output).toContain('Note: there will be no lesson mathapp-g5-cr')
    const file = { ...FILE, course: { ...FILE.course, url: 'https://app.example/' } }
    expect((await apply(file)).output).not.toContain('Note:')
    // It is there now, whatever the file says.
    expect((await push()).output).not.toContain('Note:')
  })

  it('asks no more where the client is refused', async () => {
    const { code, output } = await run(['push', 'a.json'], FILE, {
      ...ENV,
      TIMEBACK_CLIENT_SECRET: 'wrong',
    })
    expect(code).toBe(1)
    expect(output).toContain('check TIMEBACK_CLIENT_ID')
    expect(output).toContain('12 blocked (11 of them wait for another)')
    expect(world.requests).toBe(1)
  })

  it('says the same to a machine, and nothing else', async () => {
    world.faults = [{ path: 'component-decimals', status: 422, count: 1 }]
    const { code, output } = await apply(FILE, '--json')
    const said = JSON.parse(output) as { steps: { id: string; result: string; why?: string }[] }
    expect(code).toBe(1)
    expect(said).toMatchObject({
      courseId: 'mathapp-g5',
      applied: true,
      courses: [{ sourcedId: 'mathapp-g5', subject: 'Math', grade: 5 }],
    })
    expect(said.steps).toHaveLength(12)
    expect(said.steps.find(({ result }) => result === 'failed')).toMatchObject({
      kind: 'component',
      path: 'units.1',
      action: 'create',
      why: 'Timeback refused it (422): a fault',
    })
  })

  it('gives the relay one entry for each grade, and the code with the first', async () => {
    const course = { ...FILE.course, grade: [5, 6], code: 'MATH-5' }
    const { output } = await apply({ course }, '--json')
    expect(JSON.parse(output)).toMatchObject({
      courses: [
        { sourcedId: 'mathapp-g5', subject: 'Math', grade: 5, code: 'MATH-5' },
        { sourcedId: 'mathapp-g5', subject: 'Math', grade: 6 },
      ],
    })
  })

  it.each([
    [['push', 'a.json'], '{"course": 1}', ENV, 'a.json:1 course must be an object'],
    [['push', 'a.json'], JSON.stringify(FILE), {}, 'Not set: TIMEBACK_ENV, TIMEBACK_CLIENT_ID'],
    [['push', 'a.json'], JSON.stringify(FILE), { ...ENV, TIMEBACK_ENV: 'x' }, '  TIMEBACK_ENV: '],
    [['push'], '', ENV, 'stint course push FILE'],
    [['pull', 'a.json'], '', ENV, 'stint course push FILE'],
    [['show', 'a', '--apply'], '', ENV, 'stint course push FILE'],
    [['push', 'a.json', '--aply'], '', ENV, '--aply'],
  ])('%j with %.20s does nothing, and says why', async (args, file, env, said) => {
    await expect(run(args, file, env)).rejects.toThrow(said)
    expect(world.writes).toEqual([])
  })
})

describe('stint course show', () => {
  it('shows a course as a tree with its XP, its classes and how many are enrolled', async () => {
    await apply()
    const { code, output } = await run(['show', 'mathapp-g5'])
    expect(code).toBe(0)
    expect(output).toBe(`MathApp: Grade 5  mathapp-g5
  Math, grade 5, org org-school-example, 23.5 XP

  Fractions  mathapp-g5-component-fractions
    Adding fractions  mathapp-g5-cr-adding-fractions: 10 XP, https://app.example/adding
    Fractions quiz  mathapp-g5-cr-fractions-quiz: 5 XP, quiz, https://app.example/quiz

  Decimals  mathapp-g5-component-decimals
    Tenths  mathapp-g5-cr-tenths: 8.5 XP, https://app.example/tenths

  class Room 5a  mathapp-g5-class-room-5a: 1 student enrolled, and 1 in other roles`)
  })

  it('does not count an enrolment that is over', async () => {
    const { output } = await run(['show', 'course-math-5', '--json'])
    // Ten learners and the twins; the one who left is still `active`.
    expect(JSON.parse(output)).toMatchObject({
      classes: [{ enrolled: { students: 12, others: 1 } }],
    })
  })

  it('fails for a course that is not there', async () => {
    const { code, output } = await run(['show', 'none'])
    expect(code).toBe(1)
    expect(output).toContain('There is no course none at Timeback')
  })
})

interface CourseBody {
  course: { courseCode: string; metadata: Record<string, unknown> }
}

/** As another client reads it. */
async function readJson(path: string): Promise<CourseBody> {
  const form = { grant_type: 'client_credentials', client_id: 'demo', client_secret: 'demo-secret' }
  const token = await world.sandbox.fetch(
    new Request('http://localhost:4174/oauth2/token', {
      method: 'POST',
      body: new URLSearchParams(form),
    }),
  )
  const { access_token: bearer } = (await token.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${bearer}` }
  const read = await world.sandbox.fetch(new Request(`http://localhost:4174${path}`, { headers }))
  return (await read.json()) as CourseBody
}
