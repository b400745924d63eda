// Results as dated files beside the bench, with what was run and by what, so that a figure can be found again.

import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import path from 'node:path'
import { format, resolveConfig } from 'prettier'
import { findBrowser } from '../../support/find-browser.ts'

const FOLDER = path.resolve(import.meta.dirname, '../results')

/** Writes `results/NAME-YYYY-MM-DD.json`, over an earlier one of the day; returns its path. */
export async function writeResults(name: string, command: string, figures: object) {
  const at = new Date().toISOString()
  const { version: chromium } = await findBrowser()
  const file = path.join(FOLDER, `${name}-${at.slice(0, 10)}.json`)
  const about = {
    command,
    at,
    commit: readCommit(),
    versions: { node: process.version, chromium },
    cores: cpus().length,
    // Of the last minutes: what else the machine had to do.
    load: loadavg(),
  }
  await mkdir(FOLDER, { recursive: true })
  // As all files of the project are.
  const style = { ...(await resolveConfig(file)), filepath: file }
  await writeFile(file, await format(JSON.stringify({ ...about, ...figures }), style))
  return path.relative(process.cwd(), file)
}

/** With a plus if the tree has more than the commit. */
function readCommit(): string {
  const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim()
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', 'src') && '+')
  } catch {
    return 'unknown'
  }
}
