/** What one look at Timeback found, and the table and exit code that many of them make. */
import { toTable } from '../table.ts'

/**
 * - `ok`: works
 * - `failed`: the relay can't do its work like this
 * - `warning`: it can, but not as somebody may expect
 * - `skipped`: not looked at, for want of what `todo` names
 * - `found`: the answer to a question that Timeback's documents leave open
 */
export type State = 'ok' | 'failed' | 'warning' | 'skipped' | 'found'

export interface Finding {
  /** Stable, for scripts: `token`, `course:math-5`. */
  name: string
  state: State
  found: string
  /** What to do about it. */
  todo?: string
}

/** 1 if anything failed: for a pipeline. */
export function toExitCode(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ state }) => state === 'failed') ? 1 : 0
}

/** A line for each, then what to do about those that are not right. */
export function toReport(findings: readonly Finding[]): string {
  const table = toTable(findings.map(({ state, name, found }) => [state, name, found]))
  const todos = findings.flatMap(({ name, todo }) =>
    todo === undefined ? [] : [`  ${name}: ${todo}`],
  )
  const rest = todos.length === 0 ? '' : `\n\nWhat to do:\n${todos.join('\n')}`
  const count = findings.filter(({ state }) => state === 'failed').length
  return `${table}${rest}\n\n${count === 0 ? 'Nothing failed.' : `${count} failed.`}`
}
