// The relay, a server of one durable insert per request, and a server that does nothing, one after the other under the
// same load.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { runWorking, startServing, toPath } from './children.ts'
import type { LoadResult } from './load-result.ts'
import { startRelay } from './relay-process.ts'

export type Contender = 'relay' | 'durable' | 'bare'

const CONNECTIONS = 50
const WARM_UP_MS = 3_000

/** Each on a fresh database in a folder of its own, on the disk that temporary files are on. */
export async function measureLoad(of: Contender, seconds: number): Promise<LoadResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-bench-load-'))
  const serving = await (of === 'relay'
    ? startRelay(path.join(folder, 'relay.db'))
    : startServing([toPath('plain-server.ts'), of, path.join(folder, 'plain.db')], { cwd: folder }))
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
