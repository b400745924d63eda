// What a long run has come to so far, kept in .stint/ by its name and seed: it may be stopped at any time and gone on
// with, and its parts add up.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'

const FOLDER = path.resolve(import.meta.dirname, '../../../.stint')

export interface Progress<Part> {
  parts: readonly Part[]
  /** Adds a part; it is on the disk when this resolves. */
  add(part: Part): Promise<void>
}

/** Without `resume` it begins anew, and forgets what there was. */
export async function openProgress<Part>(
  name: string,
  seed: number,
  { resume }: { resume: boolean },
): Promise<Progress<Part>> {
  const file = path.join(FOLDER, `${name}-${seed}.json`)
  const parts: Part[] = resume ? await readParts(file) : []
  const write = async () => {
    await mkdir(FOLDER, { recursive: true })
    await writeFile(`${file}.new`, JSON.stringify(parts))
    // Whole or not at all.
    await rename(`${file}.new`, file)
  }
  let written = write()
  await written
  return {
    parts,
    async add(part) {
      parts.push(part)
      // One after the other: they share a file.
      await (written = written.then(write))
    },
  }
}

async function readParts<Part>(file: string): Promise<Part[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Part[]
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

/** True once somebody asked the process to end: it then ends in order, with what it has. */
export function watchStop(): () => boolean {
  let isStopping = false
  const stop = () => {
    if (!isStopping) console.log('Stopping: what is under way is ended and counted …')
    isStopping = true
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return () => isStopping
}

/** Minutes and seconds for people. */
export function toClockTime(ms: number): string {
  const seconds = Math.round(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
