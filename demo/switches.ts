/**
 * What a visitor of the demo can break: the learner's network, the relay, Timeback. Nothing of the relay or the stand-in
 * knows of it: a request that is cut is one whose connection breaks, and Timeback's faults are the stand-in's own.
 */
import type { Fault, Faults } from '../src/sandbox/sandbox.ts'

/** A 500 may come from a server that has taken what it was sent, and so does this one; `silent` never answers. */
const TIMEBACK_FAULTS: Record<Exclude<Switches['timeback'], 'up'>, Fault> = {
  '500': { on: 'event', status: 500, processed: true },
  '429': { on: 'event', status: 429, retryAfterSeconds: 5 },
  slow: { on: 'event', delayMs: 4_000 },
  silent: { on: 'event', delayMs: 3_000, lostAnswer: true },
}

/** More than anybody waits for. */
const FOR_EVER = 1_000_000

export interface Switches {
  /** Of the learner's page alone: whoever looks on still gets through. */
  network: 'up' | 'offline'
  relay: 'up' | 'down'
  timeback: 'up' | '500' | '429' | 'slow' | 'silent'
}

export interface SwitchBoard {
  read(): Switches
  /** Throws a TypeError for what is no switch. */
  set(change: unknown): Switches
  /** Whether the connection of this request breaks. Scripts and pages always come: browsers and CDNs keep those. */
  isCut(request: Request): boolean
}

const VALUES: { [Name in keyof Switches]: readonly Switches[Name][] } = {
  network: ['up', 'offline'],
  relay: ['up', 'down'],
  timeback: ['up', '500', '429', 'slow', 'silent'],
}

/** `learnersPage` is the path of the page that goes offline. */
export function createSwitchBoard(faults: Faults, learnersPage: string): SwitchBoard {
  let switches: Switches = { network: 'up', relay: 'up', timeback: 'up' }
  return {
    read: () => switches,
    set(change) {
      const next = { ...switches, ...readChange(change) }
      if (next.timeback !== switches.timeback) {
        faults.clear()
        if (next.timeback !== 'up') {
          faults.add({ ...TIMEBACK_FAULTS[next.timeback], count: FOR_EVER })
        }
      }
      switches = next
      return switches
    },
    isCut(request) {
      if (!new URL(request.url).pathname.startsWith('/v1/')) return false
      if (switches.relay === 'down') return true
      return switches.network === 'offline' && isFrom(learnersPage, request)
    },
  }
}

function readChange(change: unknown): Partial<Switches> {
  if (typeof change !== 'object' || change === null) throw new TypeError('an object is needed')
  for (const [name, value] of Object.entries(change)) {
    const values: readonly unknown[] | undefined = VALUES[name as keyof Switches]
    if (!values?.includes(value)) throw new TypeError(`no switch: ${name} ${String(value)}`)
  }
  return change as Partial<Switches>
}

/** A page of the same origin names itself whole in its requests, also in those that outlive it. */
function isFrom(page: string, { headers }: Request): boolean {
  const referrer = headers.get('referer')
  return referrer !== null && new URL(referrer).pathname === page
}
