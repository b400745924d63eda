/**
 * Flushing: the page's outbox to the relay. One flusher at a time by a short Web Lock, though nothing depends on
 * it: an entry that is sent twice is known by its id. Rows leave by the receipt and by nothing else.
 */
import type { Receipt } from '../contract/flush.ts'
import { CONTRACT_VERSION, MAX_FLUSH_BYTES, MAX_KEEPALIVE_BYTES } from '../contract/limits.ts'
import { toBackoffMs } from '../core/backoff.ts'
import { toBatches } from '../core/batch.ts'
import type { Clock } from './clock.ts'
import { createLoop } from './loop.ts'
import type { DeadRow, Outbox, Row } from './outbox.ts'
import type { Post } from './transport.ts'

/** How the last flush went: taken by the relay, or not and so kept here; `waiting` before the first. */
export type SyncState = 'saved' | 'waiting' | 'offline'

export interface Flusher {
  /** Sends what waits. Resolves when it is sent, or when it can't be for now; never rejects. */
  flush(): Promise<void>
  /** Sends this page's own rows at once, in a way that outlives the page, without waiting for another tab. */
  flushOut(): Promise<void>
  stop(): void
}

export interface FlusherOptions {
  outbox: Outbox
  post: Post
  clock: Clock
  /** Asked anew each time, since a grant may change it. */
  everyMs: () => number
  onSync: (state: SyncState) => void
  /** A receipt came and was acted on; `dead` are the rows that will never be taken. */
  onReceipt: (dead: DeadRow[]) => void
  /** The relay answered with a code that a new try won't change; the rows stay. */
  onRefused: (code: string, message: string) => void
}

export function createFlusher(
  { outbox, post, clock, everyMs, onSync, onReceipt, onRefused }: FlusherOptions,
  { locks = globalThis.navigator?.locks, random = Math.random } = {},
): Flusher {
  let failures = 0

  /** Sends rows of one grant and acts on the answer. Returns ms to wait if the relay can't be reached. */
  const send = async (batch: readonly Waiting[], keepalive = false) => {
    const token = await outbox.token(batch[0]!.grantId)
    if (!token) return
    const json = toFlush(token, clock.wall(), batch)
    const outcome = await post<Receipt>('/v1/entries', json, 'verdicts', { keepalive })
    switch (outcome.type) {
      case 'answered':
        failures = 0
        onReceipt(await outbox.settle(outcome.body.verdicts))
        onSync('saved')
        return
      case 'refused':
        // The rows stay: what the relay refuses today it may take when it is mended. Other grants go on.
        return onRefused(outcome.code, outcome.message)
      case 'retry':
        onSync('offline')
        return toBackoffMs(++failures, random(), outcome.floorMs)
    }
  }

  const drain = async () => {
    for (const batch of toBatches((await outbox.waiting()).map(toWaiting), MAX_FLUSH_BYTES / 3)) {
      const waitMs = await send(batch)
      if (waitMs) return waitMs
    }
    return everyMs()
  }

  const loop = createLoop(() =>
    locks
      ? locks.request('stint-flush', { ifAvailable: true }, (lock) => (lock ? drain() : everyMs()))
      : drain(),
  )

  return {
    flush: loop.now,
    async flushOut() {
      const rows = outbox.own().filter(({ grantId }) => grantId)
      const [batch] = toBatches(rows.map(toWaiting), MAX_KEEPALIVE_BYTES / 3)
      if (batch) await send(batch, true)
    },
    stop: loop.stop,
  }
}

type Waiting = Row & { json: string }

const toWaiting = (row: Row): Waiting => ({ ...row, json: JSON.stringify(row.entry) })

/** A flush by hand, so that an entry is turned into JSON once. */
const toFlush = (token: string, sentAt: number, batch: readonly Waiting[]) =>
  `{"v":${CONTRACT_VERSION},"grant":"${token}","sentAt":${Math.round(sentAt)},` +
  `"entries":[${batch.map(({ json }) => json).join()}]}`
