/**
 * The handles for whoever runs the sandbox, under `/_sandbox/`: no path of Timeback's begins so. They need no token,
 * as they are for a machine of one's own.
 */
import { Hono } from 'hono'
import { parseJson } from './body.ts'
import { parseFault } from './fault.ts'
import type { Faults } from './faults.ts'

export interface ControlParts {
  faults: Faults
  revokeTokens: () => void
  reset: () => void
}

/** `POST` and `DELETE /_sandbox/faults`, `POST /_sandbox/tokens/revoke`, `POST /_sandbox/reset`. */
export function createControlRoutes({ faults, revokeTokens, reset }: ControlParts): Hono {
  const routes = new Hono().basePath('/_sandbox')

  routes.post('/faults', async (c) => {
    const parsed = parseFault(parseJson(await c.req.text()))
    if (!parsed.ok) return c.json({ error: 'bad_fault', errors: parsed.errors }, 400)
    faults.add(parsed.fault)
    return c.json({ pending: faults.pending() }, 201)
  })

  routes.delete('/faults', (c) => {
    faults.clear()
    return c.body(null, 204)
  })

  routes.post('/tokens/revoke', (c) => {
    revokeTokens()
    return c.body(null, 204)
  })

  routes.post('/reset', (c) => {
    reset()
    return c.body(null, 204)
  })

  return routes
}
