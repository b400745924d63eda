/**
 * A round: what is due is settled and what is due is sent, side by side, so that a Timeback which is slow to say who a
 * learner is holds up no event of another. And some of what was told long ago is pruned.
 */
import type { Counting } from '../core/policy.ts'
import { toIdBase } from '../timeback/endpoints.ts'
import type { Clients } from './clients.ts'
import { abandon, deliverDue, readDueKinds } from './deliver.ts'
import type { Log } from './log.ts'
import type { ReadSettings } from './options.ts'
import { prune } from './prune.ts'
import { settle } from './settle.ts'
import type { Database, OutboxHead } from './storage.ts'

export interface RoundOptions {
  db: Database
  settings: ReadSettings
  counting: Counting
  clients: Clients
  log: Log
}

export interface Rounds {
  /** Makes a round, or joins the one under way. Rejects if the storage fails. */
  run(): Promise<void>
  /** Begins none any more. Resolves when the one under way is through, or after `graceMs` has let go of what is sent. */
  stop(graceMs: number): Promise<void>
}

export function createRounds(options: RoundOptions, platform: Platform): Rounds {
  const { db, log } = options
  const { now } = platform
  let isStopping = false
  const sending = new Set<OutboxHead>()
  const make = createRound({ ...options, sending, isStopping: () => isStopping }, platform)
  let round: Promise<void> | undefined
  return {
    run: async () => {
      if (isStopping) return round
      return (round ??= make().finally(() => {
        round = undefined
      }))
    },
    async stop(graceMs) {
      isStopping = true
      if (!round) return
      let timer: ReturnType<typeof setTimeout> | undefined
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), graceMs)
      })
      const ended = round.catch((error: unknown) =>
        log.error({ err: error }, 'the last round failed'),
      )
      if ((await Promise.race([ended, late])) === 'late') await abandon(db, { log, now }, sending)
      clearTimeout(timer)
    },
  }
}

interface Platform {
  now: () => number
  random: () => number
}

interface Stoppable {
  sending: Set<OutboxHead>
  isStopping: () => boolean
}

/** Returns what makes a round. It rejects if the storage fails. */
function createRound(
  { db, settings, counting, clients, log, sending, isStopping }: RoundOptions & Stoppable,
  { now, random }: Platform,
): () => Promise<void> {
  const { caliper, oneRoster, slots, lookUps } = clients
  const onDelivered = (learner: string) => lookUps?.contexts.forget(learner)
  const delivering = { caliper, oneRoster, slots, onDelivered, log, sending, now, random }
  const sendAll = (kind: OutboxHead['kind']) =>
    createSend(async () => {
      // A lane's next row is due once the one before it is through.
      while (!isStopping() && (await deliverDue(db, delivering, kind)) > 0);
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
    isStopping,
    gapsUntil: now() + settings.gapMs,
    // What is frozen goes out while others are looked up. A storage that fails here fails at the end of the round, too.
    onFrozen() {
      hasFrozen = true
      send().catch(() => {})
    },
    maxPageXp: settings.maxPageXp ?? 0,
    counting,
    idBase: toIdBase(settings.timeback.environment),
    allowOther: settings.timeback.allowOther,
    slots: () => (lookUps ? slots('api') : Infinity),
    readsBack: lookUps !== undefined,
    timeback: lookUps,
    log,
  }
  return async () => {
    const pruning = { keepMs: settings.keepMs, isStopping }
    const all = [settle(db, settling, now()), send(), prune(db, pruning, now())]
    for (const one of await Promise.allSettled(all)) if (one.status === 'rejected') throw one.reason
    if (!hasFrozen) return
    hasFrozen = false
    // In a relay that ends, nothing new goes out by this, and what is on its way is waited for.
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
