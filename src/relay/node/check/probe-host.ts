/** Whether a host answers at all. Without a token: what is asked for is public, and a wrong host must not see one. */
import { toDetail } from '../../../timeback/exchange.ts'
import type { Finding } from './finding.ts'

export interface Host {
  /** Of the finding. */
  name: string
  url: string
  /** The variable that changes it. */
  variable: string
  /** Whether the relay needs it to do its work. */
  isNeeded: boolean
}

const TIMEOUT_MS = 10_000

/** Any answer that is no failure of the server will do: the path is public at Timeback, and a sandbox has none. */
export async function probeHost(
  { name, url, variable, isNeeded }: Host,
  fetch: typeof globalThis.fetch,
): Promise<Finding> {
  const bad = isNeeded ? 'failed' : 'warning'
  // Each service describes itself at its host's root, without a key (Timeback OpenAPI; integrators' live reads).
  const address = new URL('/openapi.yaml', url).href
  try {
    const response = await fetch(address, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.body?.cancel()
    const { status } = response
    const found = `${url} answers with ${status}`
    if (status >= 500) {
      return { name, state: bad, found, todo: `try again later, or set ${variable}` }
    }
    const isMoved = status === 0 || (status >= 300 && status < 400)
    return isMoved
      ? { name, state: bad, found, todo: `it has moved: set ${variable} to where it is now` }
      : { name, state: 'ok', found }
  } catch (error) {
    const found = `${url} does not answer: ${toDetail(error)}`
    const todo = `check the network and the firewall, or set ${variable}`
    return { name, state: bad, found, todo }
  }
}
