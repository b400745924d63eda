// src/relay/README.md leaves out no setting, no error code and no log line, and names none that there is not.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { VARIABLES } from '../../src/relay/node/variables.ts'

const RELAY = path.resolve(import.meta.dirname, '../../src/relay')
const read = (file: string) => readFileSync(path.join(RELAY, file), 'utf8')

const PAGE = read('README.md')

/** The cells of each table row that begins with something in code. */
const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
const toFirst = ([, first = '']: string[]) => first.slice(1, first.indexOf('`', 1))
const findRow = (name: string) => ROWS.find((row) => toFirst(row) === name)

/** What a part of the page has in the first column. */
function listUnder(title: string): string[] {
  const [part = ''] = (PAGE.split(`## ${title}\n`)[1] ?? '').split('\n## ')
  return [...part.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name)
}

/** Why a run waits, beside the lines of the log. */
const isCode = (name: string) => /^[a-z]+(_[a-z]+)+$|^failed$/.test(name)

/** The type has no values at run time: its text has. */
const CODES = [
  ...(/type FailureCode =([^]*?)\n\n/.exec(read('failure.ts'))?.[1] ?? '').matchAll(/'(\w+)'/g),
].map(([, code = '']) => code)

const MESSAGES = globSync('**/*.ts', { cwd: RELAY }).flatMap((file) =>
  [...read(file).matchAll(/\blog\.(?:info|warn|error)\([^;]*?'([^']+)',?\s*\)/g)].map(
    ([, message = '']) => message,
  ),
)

describe('the operators’ page', () => {
  it.each(VARIABLES)(
    'says what $name sets and what is without it',
    ({ name, option, fallback }) => {
      const [, , setting, without] = findRow(name) ?? []
      expect(setting ?? 'no row').toContain(option ?? '')
      expect(without).toBe(fallback ?? '**must be set**')
    },
  )

  it('has each command', () => {
    const commands = [...read('node/commands.ts').matchAll(/^ {2}(\w+): \w+Command,$/gm)]
    expect(commands.length).toBeGreaterThan(2)
    for (const [, name] of commands) expect(PAGE).toContain(`| \`stint ${name}`)
  })

  it('names no variable that there is not', () => {
    const known = new Set(VARIABLES.map(({ name }) => name))
    const named = PAGE.match(/\b(?:STINT|TIMEBACK)_[A-Z_]+\b/g) ?? []
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('says what to do about each error code, and about no other', () => {
    expect(CODES).toContain('internal')
    expect(listUnder('What the relay says no with').toSorted()).toEqual(CODES.toSorted())
  })

  it('gives each code every status that it is thrown with', () => {
    const thrown = globSync('*.ts', { cwd: RELAY }).flatMap((file) => [
      ...read(file).matchAll(/new RelayError\(\s*(\d+),\s*'(\w+)'/g),
    ])
    expect(thrown.length).toBeGreaterThan(5)
    for (const [, status, code = ''] of thrown) expect(findRow(code)?.[2]).toContain(status)
  })

  it('has each line of the log, and no other', () => {
    expect(MESSAGES).toContain('ready')
    const lines = listUnder('What is logged').filter((name) => !isCode(name))
    expect(lines.toSorted()).toEqual([...new Set(MESSAGES)].toSorted())
  })

  it('says what to do about each reason for which a run is held', () => {
    const own = /type Held =([^\n]+)/.exec(read('look-up.ts'))?.[1] ?? ''
    const unknown = /type UnknownCode =([^]*?)\n\n/.exec(read('roster.ts'))?.[1] ?? ''
    const reasons = [...(own + unknown).matchAll(/'(\w+)'/g)].map(([, reason = '']) => reason)
    expect(reasons).toContain('not_enrolled')
    expect(reasons).toContain('course_unknown')
    const rows = listUnder('What is logged').filter((name) =>
      /^[a-z]+(_[a-z]+)+$|^failed$/.test(name),
    )
    expect(rows.toSorted()).toEqual(reasons.toSorted())
  })
})
