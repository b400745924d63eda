// The bundles of the page, built now and into a folder of their own: a benchmark never measures an old `dist`,
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
  /** `stint-widget.js`, as an ES module. */
  widget: string
}

const CONFIG = path.resolve(import.meta.dirname, '../../../vite.config.ts')

export async function buildBundles(): Promise<Bundles> {
  const outDir = await mkdtemp(path.join(tmpdir(), 'stint-bundles-'))
  try {
    for (const mode of ['page', 'embed', 'widget']) {
      await build({ mode, logLevel: 'warn', configFile: CONFIG, build: { outDir } })
    }
    const [embed, core, widget] = await Promise.all(
      ['stint.js', 'index.js', 'stint-widget.js'].map((name) =>
        readFile(path.join(outDir, name), 'utf8'),
      ),
    )
    return { embed: embed!, core: core!, widget: widget! }
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}
