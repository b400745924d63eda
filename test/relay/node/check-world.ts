/** An environment where all is right: the sandbox's Caliper service and an API host, for a test to put something wrong. */
import { check, type CheckOptions } from '../../../src/relay/node/check/check.ts'
import type { Finding } from '../../../src/relay/node/check/finding.ts'
import { createSandbox } from '../../../src/sandbox/sandbox.ts'

const NOW = Date.UTC(2026, 0, 15, 14)
export const API = 'https://api.test'

export const OPTIONS: CheckOptions = {
  timeback: {
    environment: 'local',
    clientId: 'demo',
    clientSecret: 'demo-secret',
    endpoints: { apiUrl: API },
  },
  sensor: 'https://app.example',
  app: { name: 'Example App' },
  courses: [{ sourcedId: 'math-5', subject: 'Math', grade: 5 }],
  context: 'timeback',
  ifNotEnrolled: 'hold',
  gradebook: { mode: 'platform' },
  timezone: 'America/Chicago',
  email: 'ann@school.example',
}

export const ANN = {
  sourcedId: 'user-77',
  email: 'ann@school.example',
  givenName: 'Ann',
  roles: [{ role: 'student' }],
}
export const ENROLLED = {
  id: 'e1',
  course: { id: 'math-5' },
  beginDate: '2025-08-13',
  endDate: null,
}

/** What the API host answers, by the end of its path. */
const API_ROWS: Record<string, object> = {
  '/users/': { users: [ANN] },
  '/courses/math-5': {
    course: { sourcedId: 'math-5', title: 'Math 5', subjects: ['Math'], grades: ['5'] },
  },
  '/enrollments/user/user-77': { data: [ENROLLED] },
  '/assessmentResults/': { assessmentResults: [], totalCount: 0 },
  '/facts/weekly': { facts: [{ source: 'caliper:event:1' }, { source: 'caliper:event:2' }] },
}

export type Answer = (path: string) => Response | undefined

/** Runs a check of the sandbox's Caliper service and of an API host; `answer` goes before both. */
export async function runCheck(
  changes: Partial<CheckOptions> = {},
  answer: Answer = () => undefined,
) {
  const sandbox = createSandbox({}, { now: () => NOW })
  const requests: string[] = []
  const bare: string[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    const { origin, pathname } = new URL(request.url)
    requests.push(`${request.method} ${origin}${pathname}`)
    if (!request.headers.has('authorization')) bare.push(origin + pathname)
    const own = answer(origin + pathname)
    if (own) return own
    if (origin !== API) return sandbox.fetch(request)
    const row = Object.entries(API_ROWS).find(([end]) => pathname.endsWith(end))?.[1]
    return row ? Response.json(row) : Response.json({ imsx_description: 'no' }, { status: 404 })
  }
  const findings: Finding[] = []
  let count = 0
  const newId = () => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`
  for await (const one of check({ ...OPTIONS, ...changes }, { fetch, now: () => NOW, newId })) {
    findings.push(one)
  }
  const find = (name: string) => findings.find((one) => one.name === name)
  return { findings, find, requests, bare, sandbox }
}
