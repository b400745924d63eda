// A handful of simulated learners, who work all at once, each in two tabs.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Chance } from '../support/chance.ts'
import { createPage, type Page, type PageWorld } from './page.ts'

export interface Learners {
  /** They end what is open and send all of it. Resolves when they have a receipt for everything. */
  finish(): Promise<void>
  /** They stop where they are. Resolves when nothing of theirs is under way. */
  stop(): Promise<void>
}

const LEARNERS = 10
const TABS = 2

export function startLearners(chance: Chance, world: PageWorld): Learners {
  const pages = Array.from({ length: LEARNERS }, (_, index) =>
    createPage(`learner${index}`, chance.fork(), world),
  )
  const over = new AbortController()
  const work = async (page: Page) => {
    while (!over.signal.aborted) if (!(await page.turn())) await sleep(2)
  }
  const working = pages.flatMap((page) => Array.from({ length: TABS }, () => work(page)))
  const stop = async () => {
    over.abort()
    await Promise.all(working)
  }
  return {
    async finish() {
      for (const page of pages) page.finish()
      while (pages.some((page) => !page.isDone())) await sleep(5)
      await stop()
    },
    stop,
  }
}
