// The tables in ../README.md name tests that exist, and all of this folder.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = path.resolve(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8')

const rows = read('README.md')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter(([, , file]) => file?.endsWith('.ts'))
  .map(([, rule = '', file = '', title = '']) => ({ rule, file, title }))

/** The titles in a file, plain and of `it.concurrent`. */
const readTitles = (file: string) =>
  [...read(file).matchAll(/\bit(?:\.concurrent)?\(\s*'([^']+)'/g)].map(([, title]) => title!)

const tested = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.test.ts') && name !== 'readme.test.ts',
)

it.each(tested)('leaves out no test of %s', (name) => {
  const file = `rules/${name}`
  const titles = readTitles(file)
  const named = rows.filter((row) => row.file === file).map(({ title }) => title)
  expect(titles).not.toEqual([])
  expect(titles.toSorted()).toEqual(named.toSorted())
})

it.each(rows)('$rule: $file has its test', ({ file, title }) => {
  expect(read(file)).toContain(title)
})
