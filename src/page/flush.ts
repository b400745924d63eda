/**
 * Flushing: the page's outbox to the relay. One flusher at a time by a short Web Lock, though nothing depends on
 * it: an entry that is sent twice is known by its id. Rows leave by the receipt and by nothing else.
 */
import type { Flush, Receipt, Verdict } from '../contract/flush.ts'
import {
  CONTRACT_VERSION,
  FLUSH_ENTRIES,
  KEEPALIVE_ENTRIES,
  LATER_CHARS,
} from '../contract/limits.ts'
import { toBatches } from '../core/batch.ts'
import { watchGoing } from './lifecycle.ts'
import type { Page, SyncState } from './page.ts'
import type { Row } from './outbox.ts'
import type { Refusal } from './transport.ts'

export interface Flusher {
  /** Sends what waits. Returns ms to wait if the relay can't be reached. Never rejects. */
  drain(): Promise<number | undefined>
  /** Sends this page's own rows at once, in a way that outlives the page, without waiting for another tab. */
  flushOut(): Promise<void>
  /** Leaves the browser a flush of this page's youngest rows, to send should the page end without a word; none if all have left. */
  arm(): Promise<void>
  /** The relay does not know this page's grant any more. */
  isStale(): boolean
}

export function createFlusher({
  outbox,
  post,
  postLater,
  clock,
  onSync,
  onReceipt,
  onRefused,
  grantId,
}: Page): Flusher {
  /** Grants that the relay knows no more. Their rows stay; the next page tries them again, and this one moves its own. */
  const stale = new Set<string>()
  let isPruned = false

  /** Rows of one grant, if that is any good. */
  const toFlush = async (batch: readonly Row[]): Promise<Flush | undefined> => {
    const id = batch[0]?.grantId
    const token = id && !stale.has(id) && (await outbox.token(id))
    if (!token) return
    return {
      v: CONTRACT_VERSION,
      grant: token,
      sentAt: clock.wall(),
      entries: batch.map(({ entry }) => entry),
    }
  }

  /** Sends batches in turn and acts on the answers. Returns ms to wait if one of them is worth another try. */
  const send = async (batches: readonly (readonly Row[])[], keepalive?: boolean) => {
    const queue = [...batches]
    let floorMs: number | undefined
    let state: SyncState | undefined
    while (queue.length) {
      const batch = queue.shift()!
      const flush = await toFlush(batch)
      if (!flush) continue
      const lost = outbox.losses.untold()
      if (lost) flush.lost = lost
      const outcome = await post<Receipt>('/v1/entries', flush, 'verdicts', 'omit', keepalive)
      switch (outcome.type) {
        case 'answered':
          if (lost) outbox.losses.onTold(lost)
          await settle(outcome.body.verdicts)
          state ??= 'saved'
          break
        case 'refused':
          // The rows stay: what the relay refuses today it may take when it is mended. Other grants go on.
          if (outcome.status === 401) stale.add(batch[0]!.grantId)
          // Too large: what makes it so is looked for, and put aside alone.
          if (outcome.status === 413) queue.unshift(...(await halve(batch, outcome)))
          else {
            state = 'offline'
            onRefused(outcome)
          }
          break
        case 'retry':
          state = 'offline'
          floorMs = outcome.floorMs
          // It may be about this batch alone, unless nobody is there, or whoever is wants to be left alone.
          if (floorMs || outcome.isAway) queue.length = 0
      }
    }
    if (state) onSync(state)
    return floorMs
  }

  const settle = async (verdicts: readonly Verdict[]) => {
    await outbox.settle(verdicts)
    void arm()
    onReceipt(verdicts)
  }

  /** All of them are in the outbox as before, until a receipt or the last of these names them. */
  const halve = async (batch: readonly Row[], { code, message }: Refusal) => {
    const half = batch.length >> 1
    if (half) return [batch.slice(0, half), batch.slice(half)]
    const { id } = batch[0]!.entry
    await settle([{ index: 0, id, verdict: 'refused', code, path: '', message }])
    return []
  }

  const isStale = () => stale.has(grantId())

  const drain = async () => {
    const floorMs = await send(toBatches(await outbox.waiting(), FLUSH_ENTRIES))
    if (floorMs !== undefined) return floorMs
    // Once a page is enough, and not before it is known which grants are refused.
    if (!isPruned) await outbox.prune(stale)
    isPruned = true
    // Another try soon, with the grant that is asked for before it.
    return isStale() ? 0 : undefined
  }

  /** The youngest: what no disk may have yet. */
  const toYoungest = () => {
    const rows = outbox.own().slice(-KEEPALIVE_ENTRIES)
    return rows.filter((row) => row.grantId === rows.at(-1)!.grantId)
  }

  const arm = async () => {
    if (!postLater) return
    const flush = await toFlush(toYoungest())
    let chars = JSON.stringify(flush)?.length
    // Its commas don't count: that errs to the safe side.
    while (chars > LATER_CHARS) chars -= JSON.stringify(flush!.entries.shift()).length
    postLater(flush?.entries.length ? JSON.stringify(flush) : '')
  }

  /** Nobody who is left or frozen holds up the others: what is under way then goes on, or does not, without the lock. */
  const drainUntilGone = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const stop = watchGoing(() => resolve(undefined))
      drain().then(resolve, reject).finally(stop)
    })

  return {
    drain: () =>
      // Where storage is forbidden, so are locks.
      navigator.locks
        ?.request('stint-flush', { ifAvailable: true }, (lock) =>
          lock ? drainUntilGone() : undefined,
        )
        .catch(drain) ?? drain(),
    async flushOut() {
      const batch = toYoungest()
      if (batch.length) await send([batch], true)
    },
    arm,
    isStale,
  }
}
