/**
 * Whether the disk has room for more. Asked before anything is written: a disk that is really full can't even take what
 * would be needed to settle and to tell, so receiving ends while there is still room for that.
 */
import { statfs as readStatfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Some 200,000 slices: what is here can still be settled, and a checkpoint of the log needs room as well. */
const LEAST_FREE_BYTES = 128 * 1_024 * 1_024

/** Looking costs a call to the system; in that time nobody fills so much. */
const LOOKED_FOR_MS = 2_000

/** For `RelayOptions.hasRoom`: looks at the disk of the file `path`. Where that can't be told, there is room. */
export function createHasRoom(
  path: string,
  {
    statfs = readStatfs,
    now = Date.now,
  }: {
    statfs?: (path: string) => Promise<{ bavail: number; bsize: number }>
    now?: () => number
  } = {},
): () => Promise<boolean> {
  let lookedAt = -Infinity
  let hasRoom = true
  return async () => {
    if (now() - lookedAt < LOOKED_FOR_MS) return hasRoom
    lookedAt = now()
    try {
      const { bavail, bsize } = await statfs(dirname(path))
      hasRoom = bavail * bsize >= LEAST_FREE_BYTES
    } catch {
      hasRoom = true
    }
    return hasRoom
  }
}
