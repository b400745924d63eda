/**
 * A round: what is due is settled and what is due is sent, side by side, so that a Timeback which is slow to say who a
 * learner is holds up no event of another.
 */
import type { Counting } from '../core/policy.ts'
import { toIdBase } from '../timeback/endpoints.ts'
import type { Clients } from './clients.ts'
import { deliverDue, readDueKinds } from './deliver.ts'
import type { Log } from './log.ts'
import type { ReadSettings } from './options.ts'
import { settle } from './settle.ts'
import type { Database, OutboxHead } from './storage.ts'

export interface RoundOptions {
  db: Database
  settings: ReadSettings
  counting: Counting
  clients: Clients
  log: Log
}

/** Returns what makes a round. It rejects if the storage fails. */
export function createRound(
  { db, settings, counting, clients, log }: RoundOptions,
  { now, random }: { now: () => number; random: () => number },
): () => Promise<void> {
  const { caliper, oneRoster, lookUps } = clients
  const onDelivered = (learner: string) => lookUps?.contexts.forget(learner)
  const delivering = { caliper, oneRoster, onDelivered, log, now, random }
  const sendAll = (kind: OutboxHead['kind']) =>
    createSend(async () => {
      // A lane's next row is due once the one before it is through.
      while ((await deliverDue(db, delivering, kind)) > 0);
    })
  // Each kind goes out by itself, so that one whose service hangs holds up no other.
  const sends = {
    caliper: sendAll('caliper'),
    gradebook: sendAll('gradebook'),
    readback: sendAll('readback'),
  }
  const send = async () => {
    const kinds = await readDueKinds(db, now())
    await Promise.all(kinds.map((kind) => sends[kind]()))
  }
  let hasFrozen = false
  const settling = {
    ...settings,
    // What is frozen goes out while others are looked up. A storage that fails here fails at the end of the round, too.
    onFrozen() {
      hasFrozen = true
      send().catch(() => {})
    },
    maxPageXp: settings.maxPageXp ?? 0,
    counting,
    idBase: toIdBase(settings.timeback.environment),
    allowOther: settings.timeback.allowOther,
    readsBack: lookUps !== undefined,
    timeback: lookUps,
    log,
  }
  return async () => {
    const both = await Promise.allSettled([settle(db, settling, now()), send()])
    for (const one of both) if (one.status === 'rejected') throw one.reason
    if (!hasFrozen) return
    hasFrozen = false
    await send()
  }
}

/** Calls share one sending, and whoever calls during it has one more made. */
function createSend(sendDue: () => Promise<void>): () => Promise<void> {
  let isWanted = false
  let sending: Promise<void> | undefined
  const sendWhileWanted = async () => {
    try {
      while (isWanted) {
        isWanted = false
        await sendDue()
      }
    } finally {
      // In the turn that saw that nothing is wanted: who calls after it starts anew.
      sending = undefined
    }
  }
  return () => {
    isWanted = true
    return (sending ??= sendWhileWanted())
  }
}
