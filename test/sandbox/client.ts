/** A client of the sandbox, as short as tests want it: it gets a token first, and calls `fetch` without a server. */
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

const ORIGIN = 'http://sandbox.test'

export interface ErrorEntry {
  path: string
  message: string
}

export async function requestToken(
  sandbox: Sandbox,
  form: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'demo',
    client_secret: 'demo-secret',
    ...form,
  })
  return sandbox.fetch(new Request(`${ORIGIN}/oauth2/token`, { method: 'POST', body }))
}

export async function readToken(response: Response): Promise<string> {
  const { access_token: token } = await response.json()
  return String(token)
}

export async function connect(sandbox: Sandbox, form: Record<string, string> = {}) {
  const token = await readToken(await requestToken(sandbox, form))
  const authorization = `Bearer ${token}`

  const write = (method: string, path: string, body: unknown) =>
    sandbox.fetch(
      new Request(ORIGIN + path, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  const post = (path: string, body: unknown) => write('POST', path, body)

  return {
    token,
    send: (envelope: unknown) => post('/caliper/event', envelope),
    validate: (envelope: unknown) => post('/caliper/event/validate', envelope),
    post,
    put: (path: string, body: unknown) => write('PUT', path, body),
    patch: (path: string, body: unknown) => write('PATCH', path, body),
    remove: (path: string) =>
      sandbox.fetch(new Request(ORIGIN + path, { method: 'DELETE', headers: { authorization } })),
    get: (path: string) =>
      sandbox.fetch(new Request(ORIGIN + path, { headers: { authorization } })),
  }
}

/** A call on the sandbox's own handles, or one that is wrong on purpose. */
export function call(sandbox: Sandbox, method: string, path: string, body?: unknown) {
  return sandbox.fetch(
    new Request(ORIGIN + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    }),
  )
}
