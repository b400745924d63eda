/**
 * A network in bad weather: of the requests to Timeback a share goes wrong, each in one of the ways in which a network,
 * a proxy or a server can fail for a while. Which request and in what way is decided by chance that is handed in.
 */
import type { Sandbox } from '../../../src/sandbox/sandbox.ts'

interface Weather {
  sandbox: Sandbox
  /** Of all requests, 0 to 1. */
  share: number
  random: () => number
  /** Lets so many ms pass. */
  pass: (ms: number) => void
}

/** What became of a request: it is worked through before, or not at all, and then this. */
type Fault = (request: Request, weather: Weather) => Promise<Response>

const toNetworkError = (code: string) => {
  const cause = Object.assign(new Error(code), { code })
  return new TypeError('fetch failed', { cause })
}

const answer =
  (status: number, init: ResponseInit = {}): Fault =>
  async () =>
    Response.json({ message: 'a storm' }, { ...init, status })

/** As it is, but Timeback has done what it was asked. */
const done =
  (fault: Fault): Fault =>
  async (request, weather) => {
    await weather.sandbox.fetch(request.clone())
    return fault(request, weather)
  }

const lose: Fault = async () => {
  throw toNetworkError('ECONNRESET')
}

const page: Fault = async () =>
  new Response('<!doctype html><title>Sign in</title>', {
    headers: { 'content-type': 'text/html' },
  })

/** Every kind by its name. None is a refusal: those are for a person to see, and no weather. */
const FAULTS: Record<string, Fault> = {
  'no connection': async () => {
    throw toNetworkError('ECONNREFUSED')
  },
  'request lost': lose,
  'answer lost': done(lose),
  slow: async (request, { sandbox, pass, random }) => {
    pass(Math.round(random() * 20_000))
    return sandbox.fetch(request)
  },
  'too late': done(async (_, { pass }) => {
    pass(30_000)
    throw new DOMException('The operation timed out', 'TimeoutError')
  }),
  '401': async (request, { sandbox }) => {
    sandbox.revokeTokens()
    return sandbox.fetch(request)
  },
  '429': answer(429, { headers: { 'retry-after': '30' } }),
  '500': answer(500),
  '500, though done': done(answer(500)),
  '502': answer(502),
  '503': answer(503),
  '504, though done': done(answer(504)),
  'a page': page,
  'a page, though done': done(page),
}

/** A `fetch` to Timeback, and how often each fault has struck. */
export function createStormyFetch(weather: Weather) {
  const { sandbox, share, random } = weather
  const struck: Record<string, number> = {}
  let requests = 0
  const names = Object.keys(FAULTS)
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    requests += 1
    if (random() >= share) return sandbox.fetch(request)
    const name = names[Math.floor(random() * names.length)]!
    struck[name] = (struck[name] ?? 0) + 1
    return FAULTS[name]!(request, weather)
  }
  return { fetch, struck, requests: () => requests }
}
