// The relay's program as one file of all that it needs: it loads in half the time, and is the same code.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { build } from 'vite'

const NAME = 'relay-child'

export async function bundleRelay(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stint-relay-child-'))
  await build({
    root: path.resolve(import.meta.dirname, '../../..'),
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: path.join(import.meta.dirname, `${NAME}.ts`),
      outDir: folder,
      minify: false,
      target: 'node22',
      rolldownOptions: { output: { format: 'es', entryFileNames: `${NAME}.mjs` } },
    },
  })
  return {
    path: path.join(folder, `${NAME}.mjs`),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
