// The two bundles of the page, built now and into a folder of their own: a benchmark never measures an old `dist`,
// nor changes one under somebody's feet.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'vite'

export interface Bundles {
  /** The script tag's `stint.js`. */
  embed: string
  /** The npm entry, as an ES module. */
  core: string
}

const CONFIG = path.resolve(import.meta.dirname, '../../../vite.config.ts')

export async function buildBundles(): Promise<Bundles> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'stint-bundles-'))
  try {
    for (const mode of ['page', 'embed']) {
      await build({ mode, logLevel: 'warn', configFile: CONFIG, build: { outDir } })
    }
    const [embed, core] = await Promise.all(
      ['stint.js', 'index.js'].map((name) => readFile(path.join(outDir, name), 'utf8')),
    )
    return { embed: embed!, core: core! }
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}
