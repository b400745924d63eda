// A tab with a run, and what its recorder told so far.

import { intersect, unite, type Stretch } from '../../bench/support/stretch.ts'
import type { Tab } from '../../bench/support/tab.ts'
import type { Browser } from './browser.ts'
import type { Fact } from './recorder.ts'

export interface WatchedTab {
  runId: string
  tab: Tab
  facts: Fact[]
  /** Resolves with the next fact of a kind, or the first that there is already. */
  until(kind: Fact['kind'], which: 'first' | 'next'): Promise<Fact>
}

export async function openWork(browser: Browser, url: string, runId: string): Promise<WatchedTab> {
  const facts: Fact[] = []
  const waiting: { kind: Fact['kind']; resolve: (fact: Fact) => void }[] = []
  const hear = (fact: Fact) => {
    facts.push(fact)
    for (const one of waiting.filter(({ kind }) => kind === fact.kind)) {
      waiting.splice(waiting.indexOf(one), 1)
      one.resolve(fact)
    }
  }
  const tab = await browser.open(url, hear)
  return {
    runId,
    tab,
    facts,
    until: (kind, which) =>
      new Promise((resolve) => {
        const known = which === 'first' && facts.find((fact) => fact.kind === kind)
        if (known) resolve(known)
        else waiting.push({ kind, resolve })
      }),
  }
}

/** When the page was seen, from its run's start to its end; all of that is active, as it is under a minute. */
export function toSeen(facts: readonly Fact[], endedAt: number): Stretch[] {
  const startedAt = facts.find(({ kind }) => kind === 'start')?.at ?? endedAt
  const seen: Stretch[] = []
  let since: number | undefined
  for (const { kind, at } of facts) {
    if (kind === 'visible') since ??= at
    if (kind !== 'hidden' || since === undefined) continue
    seen.push({ from: since, to: at })
    since = undefined
  }
  if (since !== undefined) seen.push({ from: since, to: endedAt })
  return intersect(unite(seen), [{ from: startedAt, to: endedAt }])
}

/** How far the slices reach that are surely on the disk, in ms of the leg. */
export const toKeptMs = (facts: readonly Fact[]): number =>
  facts.reduce((reach, fact) => (fact.kind === 'kept' ? Math.max(reach, fact.reach) : reach), 0)

/** Whether a put had been called, and nobody had heard that it is done. */
export function isMidWrite(facts: readonly Fact[]): boolean {
  const last = facts.findLast(({ kind }) => kind === 'put' || kind === 'kept')
  return last?.kind === 'put'
}
