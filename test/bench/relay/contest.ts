// The relay, a server of one durable insert per request, and a server that does nothing, under the same load in turns:
// a machine that gets slower does so for all.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runWorking, startServing, toPath } from './children.ts'
import type { LoadResult } from './load-result.ts'
import { startRelay } from './relay-process.ts'

export const CONTENDERS = ['relay', 'durable', 'bare'] as const

export type Contender = (typeof CONTENDERS)[number]

/** What each came to, turn by turn. */
export type Contest = Record<Contender, LoadResult[]>

const TURNS = 5

const CONNECTIONS = 50
const WARM_UP_MS = 2_000

/** With `syncMs`, on a disk that takes so long for each write that is to last. */
export async function holdContest(seconds: number, syncMs = 0): Promise<Contest> {
  const contest: Contest = { relay: [], durable: [], bare: [] }
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const contender of CONTENDERS)
      contest[contender].push(await measureLoad(contender, seconds, syncMs))
  }
  return contest
}

/** How many times as many flushes the relay took as another, turn by turn. */
export const toRatios = (contest: Contest, other: Contender): number[] =>
  contest.relay.map(({ perSecond }, turn) => perSecond / contest[other][turn]!.perSecond)

/** On a fresh database in a folder of its own, on the disk that temporary files are on. */
export async function measureLoad(of: Contender, seconds: number, syncMs = 0): Promise<LoadResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-bench-load-'))
  const serving = await (of === 'relay'
    ? startRelay(path.join(folder, 'relay.db'), syncMs)
    : startServing([toPath('plain-server.ts'), of, path.join(folder, 'plain.db')], {
        cwd: folder,
        syncMs,
      }))
  try {
    return await runWorking<LoadResult>('load.ts', {
      origin: serving.origin,
      isRelay: of === 'relay',
      connections: CONNECTIONS,
      warmUpMs: WARM_UP_MS,
      measuredMs: seconds * 1_000,
    })
  } finally {
    await serving.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
