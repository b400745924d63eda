// The table in ../README.md names tests that exist.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = path.resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8')

const rows = read('README.md')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, , file]) => file?.endsWith('.ts'))
  .map(([, rule = '', file = '', title = '']) => ({ rule, file, title }))

it('has a table of some length', () => {
  expect(rows.length).toBeGreaterThan(20)
})

it.each(rows)('$rule: $file has its test', ({ file, title }) => {
  expect(read(file)).toContain(title)
})
