/**
 * A browser tab, and the relay that it talks to. Time passes only when a test says so, on all clocks at once; what
 * storage and network have to do is done before the next moment.
 */
import { createStore, entries } from 'idb-keyval'
import { onTestFinished, vi } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import type { Context } from '../../src/contract/context.ts'
import type { Entry, Span } from '../../src/contract/entry.ts'
import type { Flush, Verdict } from '../../src/contract/flush.ts'
import type { Grant } from '../../src/contract/grant.ts'
import type { Totals } from '../../src/core/measure.ts'
import type { Stint, StintOptions } from '../../src/page/host.ts'
import { createStint } from '../../src/page/stint.ts'
import { toGrant } from './rows.ts'
import { dispatch, setVisible, show } from './signals.ts'
import { giveStorage } from './storage.ts'

export const ACTIVITY: Activity = {
  id: 'fractions',
  name: 'Fractions',
  course: { subject: 'Math', grade: 3 },
}

const LOADED_AT = Date.UTC(2026, 0, 27, 10)
/** The page had been there for so long when the test began. */
const MONO_MS = 5_000

/** What a page shows of its time, and when it began. */
export interface Reading {
  startedAt: number
  totals: Totals
}

/** All kinds of time, counted or not. */
export const toSum = ({ totals }: Reading): number =>
  Object.values(totals).reduce((sum, ms) => sum + ms, 0)

/** The slices of a leg or two, their spans in a row. */
export const toSpans = (all: Iterable<Entry>): Span[] =>
  [...all].flatMap((entry) => (entry.type === 'slice' ? entry.spans : []))

type Refused = Extract<Verdict, { code: string }>

const NO_CONTEXT = { error: { code: 'context_off', message: 'This relay looks nothing up' } }

export interface Sent {
  path: string
  body: Flush
  init: RequestInit
}

/** A relay that answers as the real one does, as far as a page can see. */
function createRelay() {
  const entriesById = new Map<string, Entry>()
  const sent: Sent[] = []
  const relay = {
    isUp: true,
    /** Takes a request and never answers it. */
    isHanging: false,
    isSignedIn: true,
    /** Tokens that it does not know any more. */
    stale: new Set<string>(),
    grant: {} as Partial<Grant>,
    /** Runs that began on another device: it says so when it hears of another start. */
    begunElsewhere: new Set<string>(),
    /** What it knows of the learner; a relay that looks nothing up has nothing. */
    context: undefined as Context | undefined,
    /** What it waits for before it answers with that, if it does. */
    beforeContext: undefined as Promise<void> | undefined,
    /** What was asked of it, oldest first. */
    asked: [] as { query: string; authorization: string | null }[],
    /** What it says of an entry that it will not take. */
    refuse: (() => undefined) as (entry: Entry) => Refused | undefined,
    sent,
    /** The furthest copy of each entry that it took. */
    entries: entriesById,
    fetch: async (url: string | URL | Request, init: RequestInit = {}) => {
      const { pathname: path, search: query } = new URL(String(url))
      if (path === '/v1/context') {
        relay.asked.push({ query, authorization: new Headers(init.headers).get('authorization') })
        if (!relay.isUp) throw new TypeError('Failed to fetch')
        const { context } = relay
        const reading = { token: `reading ${relay.asked.length}`, until: 0 }
        await relay.beforeContext
        return context
          ? Response.json({ ...context, reading })
          : Response.json(NO_CONTEXT, { status: 404 })
      }
      const body = JSON.parse(String(init.body)) as Flush
      if (!relay.isUp) throw new TypeError('Failed to fetch')
      sent.push({ path, body, init })
      if (relay.isHanging) return new Promise<Response>(() => {})
      return Response.json(...(path === '/v1/grants' ? give() : receive(body)))
    },
  }

  const give = (): [unknown, ResponseInit?] =>
    relay.isSignedIn
      ? [toGrant(relay.grant)]
      : [{ error: { code: 'not_signed_in', message: 'Nobody is signed in' } }, { status: 401 }]

  const receive = ({ grant, entries: given }: Flush): [unknown, ResponseInit?] => {
    if (relay.stale.has(grant))
      return [{ error: { code: 'grant_invalid', message: 'why' } }, { status: 401 }]
    const verdicts = (given as Entry[]).map((entry, index): Verdict => {
      const refusal = relay.refuse(entry)
      if (refusal) return { ...refusal, index, id: entry.id }
      const reach = Math.max(toReach(entry), toReach(entriesById.get(entry.id)))
      if (reach <= toReach(entry)) entriesById.set(entry.id, entry)
      const [runId = ''] = entry.id.split('/')
      const continues = entry.type === 'start' && relay.begunElsewhere.has(runId)
      return { index, id: entry.id, verdict: 'stored', reach, ...(continues && { continues }) }
    })
    return [{ v: 1, receivedAt: Date.now(), verdicts }]
  }
  return relay
}

const toReach = (entry: Entry | undefined) =>
  entry?.type === 'slice' ? (entry.spans.at(-1)?.[2] ?? 0) : 0

export function openTab() {
  vi.useFakeTimers({
    now: LOADED_AT,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  })
  giveStorage()
  sessionStorage.clear()
  localStorage.clear()
  setVisible('visible')
  const relay = createRelay()
  let stoodStillMs = 0
  const clock = {
    mono: () => Date.now() - LOADED_AT + MONO_MS - stoodStillMs,
    wall: () => Date.now(),
  }
  const open: Stint[] = []
  onTestFinished(() => {
    for (const stint of open) stint.close()
    vi.useRealTimers()
  })

  return {
    relay,
    clock,
    /** Loads a page with Stint in it. */
    load(options: StintOptions = {}) {
      const given = { relay: 'https://relay.example', ...options }
      const stint = createStint(given, { fetch: relay.fetch, clock })
      open.push(stint)
      return stint
    },
    /** Loads a page that starts the activity, and waits until the relay has heard of it. */
    async start(options: StintOptions = {}) {
      const stint = this.load(options)
      const run = stint.start(ACTIVITY)
      await idle()
      return { stint, run }
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        vi.advanceTimersByTime(Math.min(left, 1_000))
        await idle()
      }
    },
    /** Nothing runs for so long, as if the machine slept; the monotonic clock may stand still meanwhile. */
    sleep(ms: number, { standsStill = false } = {}) {
      vi.setSystemTime(Date.now() + ms)
      if (standsStill) stoodStillMs += ms
    },
    /** No page of this tab runs any more, and none was told. */
    crash() {
      const now = Date.now()
      // It sets the clock back to where that was first.
      vi.clearAllTimers()
      vi.setSystemTime(now)
    },
    interact: (isTrusted = true) => dispatch('pointermove', { at: clock.mono(), isTrusted }),
    /** Somebody came on another page of this browser. */
    tellOther(learnerKey: string) {
      const key = 'stint:learner:https://relay.example'
      localStorage.setItem(key, learnerKey)
      window.dispatchEvent(new StorageEvent('storage', { key, newValue: learnerKey }))
    },
    show: (state: DocumentVisibilityState) => show(state, clock.mono()),
    leave: (persisted = false) => dispatch('pagehide', { at: clock.mono(), persisted }),
    /** The learner comes back to a page that was kept for that. */
    comeBack: () => dispatch('pageshow', { at: clock.mono(), persisted: true }),
    /** What is on the disk, by key. */
    async stored() {
      const all = await entries<string, unknown>(createStore('stint', 'outbox'))
      return Object.fromEntries(all)
    },
  }
}

/** Until what was put off to the next task is done, and storage and network have nothing to do any more: none of the longest chains of theirs takes so many tasks. */
export async function idle() {
  if (vi.isFakeTimers()) vi.advanceTimersByTime(0)
  for (let task = 0; task < 40; task += 1) await new Promise((resolve) => setImmediate(resolve))
}
