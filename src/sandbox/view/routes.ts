/** The sandbox's own page at `/` and what it shows, at `/_sandbox/state`. Neither needs a token, as in `control.ts`. */
import { Hono } from 'hono'
import { PAGE } from './page.ts'
import type { State } from './state.ts'

/** `readState` is asked anew for each request. */
export function createViewRoutes(readState: () => State): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.html(PAGE))
  routes.get('/_sandbox/state', () =>
    Response.json(readState(), { headers: { 'cache-control': 'no-store' } }),
  )
  return routes
}
