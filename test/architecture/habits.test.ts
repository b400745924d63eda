import { describe, expect, it } from 'vitest'
import { findBrokenHabits } from './habits.ts'
import { readSources } from './sources.ts'

it('every file keeps the habits of STYLE.md', () => {
  expect(findBrokenHabits(readSources())).toEqual([])
})

describe('a habit is broken by', () => {
  it.each([
    ['src/page/run.ts', `const a: any = 1`, 'any'],
    ['src/page/run.ts', `const a = b as any`, 'any'],
    ['src/page/run.ts', `function f(a: any, b: string) {}`, 'any'],
    ['src/page/run.ts', `type A = Map<string, any>`, 'any'],
    ['src/page/run.ts', `type A = any[] | Array<any>`, 'any'],
    ['src/page/run.ts', `type A<T extends any> = () => any`, 'any'],
    ['src/page/run.ts', `export default function run() {}`, 'default export'],
    ['src/page/run.ts', `export { run as default }`, 'default export'],
    ['src/index.ts', `export * from './page/stint.ts'`, 'export *'],
    ['src/page/run.ts', `// TO${'DO'}: later`, 'note'],
    ['test/page/run.test.ts', `/* FIX${'ME'} */`, 'note'],
    ['src/page/run.ts', `// @ts-${'ignore'}`, 'suppressed'],
    ['test/page/run.test.ts', `// @ts-${'nocheck'}`, 'suppressed'],
    ['src/page/run.ts', `// @ts-${'expect-error'} why`, 'suppressed'],
    ['src/core/slices.ts', `const at = Date.now()`, 'clock'],
    ['src/core/slices.ts', `const at = new Date()`, 'clock'],
    ['src/core/slices.ts', `const at = performance.now()`, 'clock'],
    ['src/contract/entry.ts', `const id = Math.random()`, 'chance'],
    ['src/page/run.ts', 'a()\n'.repeat(351), '351 lines'],
  ])('%s with %j', (path, text, says) => {
    const broken = findBrokenHabits([{ path, text }])
    expect(broken).toHaveLength(1)
    expect(broken[0]).toContain(says)
  })
})

describe('no habit is broken by', () => {
  it.each([
    ['src/page/run.ts', `// any default export; say('as any')\nconst a = Promise.any([b])`],
    ['src/relay/receive.ts', `const a = { any: 1 }, b = AbortSignal.any([]), company = many(a)`],
    ['src/page/run.ts', 'a()\n'.repeat(350)],
    ['src/page/clock.ts', `const at = Date.now() + performance.now()`],
    ['src/core/slices.ts', `// Date.now() never\nconst day = new Date(at)`],
    ['vite.config.ts', `export default {}`],
    ['test/types.test.ts', `// @ts-${'expect-error'} a result needs its run`],
  ])('%s with %j', (path, text) => {
    expect(findBrokenHabits([{ path, text }])).toEqual([])
  })
})
