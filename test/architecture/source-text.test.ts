import { describe, expect, it } from 'vitest'
import { readImports, stripComments, stripCommentsAndStrings } from './source-text.ts'

describe('readImports', () => {
  it.each([
    [`import { a } from './a.ts'`, './a.ts', false],
    [`import a from "./a.ts"`, './a.ts', false],
    [`import * as a from './a.ts'`, './a.ts', false],
    [`import a, { b as c } from './a.ts'`, './a.ts', false],
    [`import {\n  a,\n  // a comment from 'nowhere'\n  b,\n} from './a.ts'`, './a.ts', false],
    [`import './a.ts'`, './a.ts', false],
    [`export { a } from './a.ts'`, './a.ts', false],
    [`export * from './a.ts'`, './a.ts', false],
    [`export * as a from './a.ts'`, './a.ts', false],
    [`const a = await import('./a.ts')`, './a.ts', false],
    ['const a = await import(\n  `./a.ts`\n)', './a.ts', false],
    [`import { type A } from './a.ts'`, './a.ts', false],
    [`import type from './a.ts'`, './a.ts', false],
    [`import type { A } from './a.ts'`, './a.ts', true],
    [`import type A from './a.ts'`, './a.ts', true],
    [`export type { A } from './a.ts'`, './a.ts', true],
    [`import{a}from'./a.ts'`, './a.ts', false],
  ])('reads %j', (text, from, typeOnly) => {
    expect(readImports(text)).toEqual([{ from, typeOnly }])
  })

  it.each([
    [`// import { a } from './a.ts'`],
    [`/* import './a.ts' */`],
    [`export const from = 'a'`],
    [`export function load(from: string) { return from }`],
    [`export type A = { from: 'x' }`],
    [`import.meta.url`],
  ])('does not take %j for one', (text) => {
    expect(readImports(text)).toEqual([])
  })

  it('reads each of many', () => {
    const text = `import { a } from './a.ts'\nimport type { B } from './b.ts'\nimport './c.ts'\n`
    expect(readImports(text).map(({ from }) => from)).toEqual(['./a.ts', './b.ts', './c.ts'])
  })
})

describe('stripComments', () => {
  it('leaves an address in a string alone', () => {
    expect(stripComments(`fetch('https://a.test') // why`)).toBe(`fetch('https://a.test')  `)
    expect(stripComments('fetch(`https://a.test`) /* why\nnot */ + 1')).toBe(
      'fetch(`https://a.test`)   + 1',
    )
  })

  it('can also empty strings', () => {
    expect(stripCommentsAndStrings(`say('it is // any') // any`)).toBe(`say('')  `)
  })
})
