/**
 * A launch: a link of a host's that brings a learner to a static page. It swaps a ticket for a code, which the page
 * swaps for its grant. The code is random, good for one tab and a minute, and comes after the `#`, which no server sees.
 */
import { RelayError } from './failure.ts'
import type { Tickets } from './tickets.ts'

export interface LaunchOptions {
  tickets: Tickets
  /** Whether pages of this origin may use the relay. */
  isAllowed: (origin: string) => boolean
}

const CODE_LIFE_MS = 60_000

/**
 * `GET /v1/launch?ticket=…&to=PAGE` answers 303 to `PAGE#stint=CODE`. Throws `origin_not_allowed` before the ticket is
 * touched, and then what `Tickets.use` throws.
 */
export async function launch(
  request: Request,
  { tickets, isAllowed }: LaunchOptions,
): Promise<Response> {
  const { searchParams } = new URL(request.url)
  const page = readPage(searchParams.get('to'), isAllowed)
  const ticket = searchParams.get('ticket')
  if (!ticket) throw new RelayError(400, 'invalid_request', 'Say ?ticket=', 'ticket')
  refuseNobody(request)
  const recipient = await tickets.use(ticket, undefined)
  const { ticket: code } = await tickets.issue(recipient, CODE_LIFE_MS)
  // What the page's own fragment says stays.
  page.hash = page.hash ? `${page.hash}&stint=${code}` : `stint=${code}`
  return new Response(null, {
    status: 303,
    headers: {
      location: page.href,
      // The ticket is in this address, and no business of the page's.
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    },
  })
}

function readPage(to: string | null, isAllowed: (origin: string) => boolean): URL {
  const page = to && URL.canParse(to) ? new URL(to) : undefined
  if (!page || !/^https?:$/.test(page.protocol)) {
    throw new RelayError(400, 'invalid_request', "Say ?to= with the page's whole address", 'to')
  }
  if (isAllowed(page.origin)) return page
  throw new RelayError(
    403,
    'origin_not_allowed',
    `A launch may not lead to ${page.origin}: add it to the relay's origins`,
    'to',
  )
}

/** A browser that fetches ahead, and whoever looks at the head only, has no learner in front of it. */
function refuseNobody({ method, headers }: Request) {
  if (method !== 'HEAD' && !headers.get('sec-purpose')?.includes('prefetch')) return
  throw new RelayError(403, 'not_signed_in', 'A launch is for a person, and not fetched ahead')
}
