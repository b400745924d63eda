/**
 * Flushes that arrive together are kept together: one transaction, and one wait for the disk, which is what a receipt
 * costs most.
 *
 * Invariant: a receipt is given after the commit that holds its entries, and a flush that can't be kept undoes no other.
 */
import type { Flush, Receipt } from '../contract/flush.ts'
import { toArrival, type Arrival } from './arrival.ts'
import { breathe } from './breathe.ts'
import type { GrantedLearner } from './grants.ts'
import type { Patience } from './ledger.ts'
import { receive, receiveIn } from './receive.ts'
import { StorageError, type Database } from './storage.ts'

/** Keeps a flush of a learner that came at an instant of the relay's clock. Rejects if the storage fails. */
export type Receive = (
  granted: GrantedLearner,
  flush: Flush,
  receivedAt: number,
) => Promise<Receipt>

interface Waiting {
  arrival: Arrival
  resolve: (receipt: Receipt) => void
  reject: (error: unknown) => void
}

/** A transaction keeps all others out: so many flushes are about ten ms. */
const MOST_TOGETHER = 64

export function createReceive(db: Database, patience: Patience): Receive {
  let waiting: Waiting[] = []
  let isKeeping = false

  const keepAll = async () => {
    isKeeping = true
    while (waiting.length > 0) {
      // Only between turns do others arrive.
      await breathe()
      const group = waiting.slice(0, MOST_TOGETHER)
      waiting = waiting.slice(MOST_TOGETHER)
      await keepGroup(db, patience, group)
    }
    isKeeping = false
  }

  return (...arrived) =>
    new Promise((resolve, reject) => {
      waiting.push({ arrival: toArrival(...arrived), resolve, reject })
      if (!isKeeping) void keepAll()
    })
}

/** Never rejects: each of the group learns by itself what came of it. */
async function keepGroup(db: Database, patience: Patience, group: readonly Waiting[]) {
  if (group.length > 1) {
    try {
      const arrivals = group.map(({ arrival }) => arrival)
      const receipts = await db.transaction().execute((tx) => receiveIn(tx, arrivals, patience))
      for (const [index, { resolve }] of group.entries()) resolve(receipts[index]!)
      return
    } catch (error) {
      if (error instanceof StorageError) {
        for (const { reject } of group) reject(error)
        return
      }
      // Nothing of the group is kept. Which flush it was shows when each is kept by itself; who fails then is told why.
    }
  }
  for (const { arrival, resolve, reject } of group) {
    await receive(db, arrival, patience).then(resolve, reject)
  }
}
