// The files that the rules in this folder are about, read once.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface SourceFile {
  /** From the repository's root, with slashes: "src/core/slices.ts". */
  path: string
  text: string
}

const ROOT = path.resolve(import.meta.dirname, '../..')

export function readSources(): SourceFile[] {
  return globSync(['{src,demo,test}/**/*.{ts,tsx,mts,mjs,js}', '*.{ts,js,mjs}'], { cwd: ROOT })
    .map((file) => ({
      path: file.split(path.sep).join('/'),
      text: readFileSync(path.join(ROOT, file), 'utf8'),
    }))
    .toSorted((a, b) => a.path.localeCompare(b.path))
}
