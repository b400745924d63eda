// Timeback's stand-in, in the parent, so that it survives every relay. What it took is the ledger; whoever wants to kill
// a relay in the middle of a send is told when one comes.

import { setTimeout as sleep } from 'node:timers/promises'
import { createSandbox } from '../../../src/sandbox/sandbox.ts'
import type { Chance } from '../support/chance.ts'
import { serve } from '../../support/serve.ts'
import type { LedgerEvent } from './audit.ts'
import type { Clock } from './clock.ts'

export interface Timeback {
  origin: string
  ledger(): LedgerEvent[]
  /** Calls back once with the next send: as it comes, or when it is stored and not yet answered. */
  onNextSend(when: 'coming' | 'stored', act: () => void): void
  close(): Promise<void>
}

/** Real ms that a send may be under way. */
const MAX_WAY_MS = 8

export async function startTimeback(chance: Chance, clock: Clock): Promise<Timeback> {
  // Its clock jumps only between two lives, and asking begins after 5 s.
  const readLagMs = chance.oneOf([0, 2_000, 20_000])
  const sandbox = createSandbox(
    { readLagMs, tokenLifeSeconds: 60, missingContext: 'refuse' },
    { now: clock.now },
  )
  const waiting = { coming: () => {}, stored: () => {} }
  const tell = (when: keyof typeof waiting) => {
    const act = waiting[when]
    waiting[when] = () => {}
    act()
  }
  const server = await serve(async (request) => {
    if (!request.url.endsWith('/caliper/event')) return sandbox.fetch(request)
    tell('coming')
    await sleep(chance.between(0, MAX_WAY_MS))
    const answer = await sandbox.fetch(request)
    tell('stored')
    await sleep(chance.between(0, MAX_WAY_MS))
    return answer
  })
  return {
    origin: server.origin,
    ledger: () => sandbox.events() as unknown as LedgerEvent[],
    onNextSend(when, act) {
      waiting[when] = act
    },
    close: server.close,
  }
}
