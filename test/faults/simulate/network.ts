/** The ways between places: from a page to the relay that serves, and from a relay to Timeback. All take time; some lose. */
import type { Browser, BrowserPage } from './browser.ts'
import type { Random } from './random.ts'
import type { RelayHost } from './relay-host.ts'
import { createPlace, type Place, type Scheduler } from './scheduler.ts'
import type { Timeback } from './timeback.ts'

/** How bad the way to the relay is; everything 0 when healed. */
export interface Weather {
  lossRate: number
  /** Requests that arrive twice. */
  repeatRate: number
  /** Now and then a request takes seconds. */
  delayRate: number
}

/** A flush, as it arrived at a relay and was answered there. */
export interface Answered {
  path: string
  arrivedAt: number
  /** How far the page's clock is ahead. */
  aheadMs: number
  body: string
  status: number
  answer: string
}

type Fetch = typeof globalThis.fetch

/** Settles when the place is still there, and never after its signal was aborted. */
function toExchange(
  scheduler: Scheduler,
  place: Place,
  signal: AbortSignal | null | undefined,
  send: (settle: (ms: number, response?: () => Response) => void) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
    send((ms, response) =>
      scheduler.after(place, ms, () => {
        if (response) resolve(response())
        else reject(new TypeError('Failed to fetch'))
      }),
    )
  })
}

export function createWayToRelay(
  scheduler: Scheduler,
  random: Random,
  weather: Weather,
  host: RelayHost,
  onAnswered: (answered: Answered) => void,
): (browser: Browser, page: BrowserPage) => Fetch {
  const air = createPlace('network', random.next)
  const toDelayMs = () =>
    random.chance(weather.delayRate) ? random.int(2_000, 20_000) : random.int(2, 250)

  return (browser, page) => async (input, init) => {
    const url = String(input)
    const body = typeof init?.body === 'string' ? init.body : ''
    const headers = {
      'content-type': 'text/plain;charset=UTF-8',
      'x-learner': browser.place.name.split('/')[0]!,
    }
    const isLost = random.chance(weather.lossRate)
    const isAnswerLost = random.chance(weather.lossRate)
    const outlives = init?.keepalive === true || random.chance(0.5)
    const times = random.chance(weather.repeatRate) ? 2 : 1

    return toExchange(scheduler, page.place, init?.signal, (settle) => {
      if (!browser.isOnline) return settle(3)
      // A lost connection is noticed at once, or never.
      if (isLost) return random.chance(0.5) ? settle(toDelayMs()) : undefined
      const arrive = () => {
        // Who gave up has closed the connection.
        if ((page.place.isDead && !outlives) || init?.signal?.aborted) return
        const machine = host.serving()
        if (!machine) return settle(random.int(1, 50))
        scheduler.enter(machine.place)
        const arrivedAt = scheduler.now()
        void (async () => {
          const request = new Request(url, {
            method: init?.method ?? 'GET',
            headers,
            ...(body && { body }),
          })
          const response = await machine.relay.fetch(request)
          const answer = await response.text()
          const { status } = response
          // A relay that is killed answers nothing, whatever its code still does.
          if (machine.place.isDead) return scheduler.after(air, 5, () => settle(1))
          const { aheadMs } = browser.place
          onAnswered({ path: new URL(url).pathname, arrivedAt, aheadMs, body, status, answer })
          scheduler.after(air, toDelayMs(), () => {
            if (isAnswerLost) return random.chance(0.5) ? settle(0) : undefined
            settle(0, () => new Response(answer, { status }))
            return undefined
          })
          return undefined
        })()
        return undefined
      }
      for (let time = 0; time < times; time += 1) scheduler.after(air, toDelayMs(), arrive)
      return undefined
    })
  }
}

export function createWayToTimeback(
  scheduler: Scheduler,
  random: Random,
  timeback: Timeback,
): (place: Place) => Fetch {
  const air = createPlace('network', random.next)
  return (place) => async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input))
    const { method = 'GET', headers, signal } = init ?? {}
    const body = typeof init?.body === 'string' ? init.body : ''
    const bearer = new Headers(headers).get('authorization') ?? ''
    return toExchange(scheduler, place, signal, (settle) => {
      // What a dead relay's code still asks for, nobody hears.
      if (place.isDead) return
      scheduler.after(air, random.int(1, 60), () => {
        scheduler.enter(timeback.place)
        const { ms, response } = timeback.answer(method, pathname, body, bearer)
        if (response) settle(ms, response)
      })
    })
  }
}
