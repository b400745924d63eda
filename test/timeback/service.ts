/** A Timeback service of a test's own, and what it was asked. */
import type { AccessToken } from '../../src/timeback/token.ts'

export interface Call {
  url: string
  /** The URL as its reader sees it: the path, and each parameter decoded. */
  path: string
  query: Record<string, string>
  method: string
  headers: Record<string, string>
  body: unknown
}

export const API_URL = 'https://api.example/'

/** Answers the calls one after the other, and the last answer again and again. */
export function createService(...answers: ((call: Call) => Response | Promise<Response>)[]) {
  const calls: Call[] = []
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const url = new URL(String(input))
    const call: Call = {
      url: String(input),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      method: init.method ?? 'GET',
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    calls.push(call)
    const answer = answers[Math.min(calls.length, answers.length) - 1]
    if (!answer) throw new Error('no answer was given')
    return answer(call)
  }
  const token: AccessToken = { get: async () => 'token-1', renew: async () => 'token-2' }
  return { calls, options: { apiUrl: API_URL, token }, platform: { fetch } }
}

/** As the OneRoster family refuses: Timeback OpenAPI, `imsx_StatusInfo`. */
export function toFailure(status: number, minor: string, headers: Record<string, string> = {}) {
  const field = {
    imsx_codeMinorFieldName: 'TargetEndSystem',
    imsx_codeMinorFieldValue: minor,
  }
  const body = {
    imsx_codeMajor: 'failure',
    imsx_severity: 'error',
    imsx_description: 'why',
    imsx_CodeMinor: { imsx_codeMinorField: [field] },
  }
  return Response.json(body, { status, headers })
}
