/**
 * The machines that relays run on: one relay at a time as a rule, killed between any two queries and started again, or
 * stopped for minutes while another takes over and then waking beside it. The storage outlives them all.
 */
import type { KyselyPlugin, RootOperationNode } from 'kysely'
import { createRelay, type Relay } from '../../../src/relay/relay.ts'
import type { RelayOptions } from '../../../src/relay/relay.ts'
import type { Random } from './random.ts'
import { createPlace, type Place, type Scheduler } from './scheduler.ts'

export interface RelayHost {
  /** The relay that takes requests; undefined while none does. */
  serving(): Machine | undefined
  /** Starts a relay, beside those that run. */
  start(): void
  /** Ends the serving one: at once, or when its storage has been asked so many things. */
  kill(afterQueries?: number): void
  /** Whatever was to end the serving one does not. */
  spare(): void
  /** Also those that are held. */
  endAll(): void
  /** Stops the serving one for so long, and starts another meanwhile. */
  hold(ms: number): void
}

export interface Machine {
  place: Place
  relay: Relay
}

export interface HostOptions {
  options: RelayOptions
  /** The way to Timeback, from a place. */
  toFetch: (place: Place) => typeof fetch
  /** One for each relay: hears of each statement that came back. */
  toListener: () => (node: RootOperationNode) => void
  onProblem: (problem: string) => void
  /** Rounds come so often. */
  everyMs: () => number
}

export function createRelayHost(
  scheduler: Scheduler,
  random: Random,
  { options, toFetch, toListener, onProblem, everyMs }: HostOptions,
): RelayHost {
  let serving: (Machine & { left: number; wakers: Set<() => void> }) | undefined
  const machines: NonNullable<typeof serving>[] = []

  const end = (machine: NonNullable<typeof serving>) => {
    machine.place.isDead = true
    if (serving === machine) serving = undefined
    // Who waits for the storage hears that it is gone, and rolls back what it had begun.
    for (const wake of machine.wakers) wake()
  }

  /** A storage that is slow now and then, and that dies with its relay. */
  const toMortal = (machine: () => NonNullable<typeof serving>, isSlow: boolean): KyselyPlugin => {
    const check = () => {
      if (machine().left <= 0 && !machine().place.isDead) end(machine())
      if (machine().place.isDead) throw new Error('killed')
    }
    const listen = toListener()
    const asked = new WeakMap<object, RootOperationNode>()
    return {
      transformQuery({ node, queryId }) {
        check()
        machine().left -= 1
        asked.set(queryId, node)
        return node
      },
      async transformResult({ result, queryId }) {
        if (isSlow && random.chance(0.1)) {
          const { wakers, place, left } = machine()
          const ms = random.int(0, 20)
          // One that is to die may do so while its storage works.
          if (left < Infinity && random.chance(0.3))
            scheduler.after(place, random.int(0, ms), () => end(machine()))
          await new Promise<void>((wake) => {
            wakers.add(wake)
            scheduler.after(place, ms, wake)
          })
          check()
        }
        listen(asked.get(queryId)!)
        return result
      },
    }
  }

  const start = async () => {
    const name = `relay-${machines.length + 1}`
    const place = createPlace(name, random.fork(name).next)
    let machine: typeof serving
    const mortal = toMortal(() => machine!, random.chance(0.3))
    machine = { place, left: Infinity, wakers: new Set(), relay: undefined as unknown as Relay }
    machines.push(machine)
    scheduler.enter(place)
    machine.relay = await createRelay(
      { ...options, db: options.db.withPlugin(mortal) },
      { fetch: toFetch(place), now: scheduler.now, random: place.random },
    )
    serving = machine
    const round = () => {
      machine.relay.deliver().catch((cause: unknown) => {
        if (!machine.place.isDead) onProblem(`a round failed: ${String(cause)}`)
      })
      scheduler.after(place, everyMs(), round)
    }
    scheduler.after(place, random.int(0, 1_000), round)
  }

  return {
    serving: () => serving,
    start: () => {
      start().catch((cause: unknown) => onProblem(`no relay started: ${String(cause)}`))
    },
    kill(afterQueries = 0) {
      if (!serving) return
      if (afterQueries > 0) serving.left = afterQueries
      else end(serving)
    },
    spare() {
      if (serving) serving.left = Infinity
    },
    endAll: () => machines.forEach(end),
    hold(ms) {
      if (!serving) return
      serving.place.heldUntil = scheduler.now() + ms
      serving = undefined
    },
  }
}
