/** A page's Stint as its parts see it: a real outbox, a clock that stands still, and all that was told to the host. */
import { createStore } from 'idb-keyval'
import type { Flush } from '../../src/contract/flush.ts'
import { toTerms } from '../../src/core/policy.ts'
import type { Page } from '../../src/page/page.ts'
import { createFlusher } from '../../src/page/flush.ts'
import { createOutbox, type Row } from '../../src/page/outbox.ts'
import { createPost } from '../../src/page/transport.ts'
import { RELAY, RUN_ID, toGrant, toRunRow, toSliceRow } from './rows.ts'
import { giveStorage } from './storage.ts'

/** What was sent, as the relay would see it. */
export interface Sent {
  url: string
  body: Flush
  credentials: RequestCredentials | undefined
  keepalive: boolean | undefined
}

export type Answer = (sent: Sent) => Response | Promise<Response>

/** A page with an outbox of its own, whose relay answers so. */
export function createHost(answer: Answer) {
  giveStorage()
  const sent: Sent[] = []
  /** What the browser would send if this page ended now. */
  const later: { body: string | undefined } = { body: undefined }
  const heard: [name: string, value?: unknown][] = []
  const hear = (name: string) => (value?: unknown) => void heard.push([name, value])
  const clock = { mono: () => 0, wall: () => now }
  let now = 1_000_000
  const page: Page = {
    clock,
    outbox: createOutbox(
      RELAY,
      (cause) => {
        throw cause
      },
      createStore('stint', 'outbox'),
    ),
    post: createPost(RELAY, async (url, init) => {
      const { credentials, keepalive, body } = init!
      const one = { url: String(url), body: JSON.parse(String(body)), credentials, keepalive }
      sent.push(one)
      return answer(one)
    }),
    postLater: (body) => void (later.body = body),
    grantId: () => 'g1',
    learnerKey: () => 'ada',
    isOurs: () => true,
    terms: (activity) => toTerms(toGrant(), activity),
    frames: [],
    isCounting: () => true,
    flushOut: async () => {},
    arm: async () => {},
    flush: async () => {},
    publish: hear('publish'),
    tell: (name, value) => hear(name)(value),
    onError: hear('error'),
    onGrant: async (grant) => hear('grant')(grant),
    onNobody: hear('nobody'),
    onSync: hear('sync'),
    onReceipt: hear('receipt'),
    onRefused: hear('refused'),
  }
  return {
    page,
    sent,
    later,
    heard,
    pass: (ms: number) => {
      now += ms
    },
  }
}

/** Takes every entry as far as it reaches. */
export const takeAll: Answer = ({ body }) =>
  Response.json({
    v: 1,
    receivedAt: 0,
    verdicts: body.entries.map((entry, index) => {
      const { id, spans } = entry as { id: string; spans?: [string, number, number, number][] }
      return { index, id, verdict: 'stored', reach: spans?.at(-1)?.[2] ?? 0 }
    }),
  })

export const refuseAll: Answer = () =>
  Response.json({ error: { code: 'grant_expired', message: 'why' } }, { status: 401 })

export const isAway: Answer = () => Promise.reject(new TypeError('Failed to fetch'))

/** A flusher with rows waiting, each with a grant whose token is known. */
export async function openFlusher(answer: Answer, rows: Row[]) {
  const world = createHost(answer)
  const { outbox } = world.page
  await outbox.write(rows, RUN_ID, toRunRow())
  for (const id of new Set(rows.map(({ grantId }) => grantId))) {
    await outbox.adopt(toGrant({ id, token: `token-${id}` }))
  }
  return { ...world, outbox, flusher: createFlusher(world.page) }
}

/** Slices of as many legs. */
export const toMany = (count: number, grantId = 'g1') =>
  Array.from({ length: count }, (_, n) => toSliceRow(1_000 + n, grantId, `leg-${n}`))
