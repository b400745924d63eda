import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const VITEST = path.join(ROOT, 'node_modules/vitest/vitest.mjs')

it('no test file is left out of vite.config.ts', () => {
  const list = execFileSync(process.execPath, [VITEST, 'list', '--filesOnly', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const run = (JSON.parse(list) as { file: string }[]).map(({ file }) => path.relative(ROOT, file))
  const written = globSync('{src,demo,test}/**/*.{test,spec}.{ts,tsx}', { cwd: ROOT })
  expect(written.length).toBeGreaterThan(0)
  expect(written.filter((file) => !run.includes(file))).toEqual([])
})
