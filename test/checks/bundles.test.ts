// What a page has to load, and what must never be in it. README.md quotes the budgets.

import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireBuild } from '../support/require-build.ts'

const DIST = path.resolve(import.meta.dirname, '../../dist')

/** In bytes as `gzip -9` makes them, without the line that links the source map; kB are thousands. */
const GZIP_BUDGETS = {
  'index.js': 12_650,
  'react.js': 450,
  'stint.js': 13_650,
  'stint-widget.js': 11_700,
  'stint-panel.js': 2_300,
  'stint-es.js': 1_100,
  'ping.js': 1_000,
}

/** All that a script tag loads until the first pill is there. */
const FIRST_PILL = ['stint.js', 'stint-widget.js'] as const
const FIRST_PILL_BUDGET = 25_300

/** The relay's business: a page that holds one of these has pulled in code or knowledge it must not have. */
const FORBIDDEN = [
  'learner_invalid',
  'origin_not_allowed',
  'grant_invalid',
  'grant_expired',
  'run_unknown',
  'course_unknown',
  'client_secret',
  'oauth2/token',
  '/caliper/event',
  'gradebook',
  'zod',
  // Left in by a library that expects a bundler's replacement; a browser has no `process`.
  'process.env',
]

/** Where the code of a page bundle may come from, by its source map. */
const SOURCES =
  /^(src\/(index|react|embed|ping|page|widget|core|contract)\b|node_modules\/(idb-keyval|preact)\/)/

type BundleName = keyof typeof GZIP_BUDGETS
const names = Object.keys(GZIP_BUDGETS) as BundleName[]

beforeAll(requireBuild)

describe.each(names)('dist/%s', (name) => {
  it(`is at most ${GZIP_BUDGETS[name]} bytes after gzip`, () => {
    expect(measureBundle(name).gzip).toBeLessThanOrEqual(GZIP_BUDGETS[name])
  })

  it.each(FORBIDDEN)('does not contain "%s"', (text) => {
    expect(readBundle(name).includes(text)).toBe(false)
  })

  it('is made only of what a page needs', () => {
    const { sources } = JSON.parse(readBundle(`${name}.map`)) as { sources: string[] }
    expect(sources.length).toBeGreaterThan(0)
    const foreign = sources.filter((source) => !SOURCES.test(source.replace(/^(\.\.\/)+/, '')))
    expect(foreign).toEqual([])
  })
})

it('dist/index.js exports createStint, and no default', async () => {
  const module: object = await import(path.join(DIST, 'index.js'))
  expect(Object.keys(module)).toContain('createStint')
  expect(Object.keys(module)).not.toContain('default')
})

it.each(['index.js', 'stint.js'])('dist/%s has in parentheses what each start calls', (name) => {
  expect(readBundle(name)).toMatch(/=\(function \w/)
})

it('dist/relay/node/cli.js is a program that a shell starts with Node', () => {
  expect(readBundle('relay/node/cli.js').split('\n')[0]).toBe('#!/usr/bin/env node')
})

it('of all that is there, only the timing comes with the script tag', () => {
  expect(readBundle('stint.js')).not.toContain('preact')
  expect(readBundle('stint.js')).not.toContain('adoptedStyleSheets')
  expect(readBundle('stint-widget.js')).not.toContain('indexedDB')
})

it('the widget’s further files are nowhere but where they are asked for', () => {
  expect(readBundle('stint-widget.js')).toContain('import("./stint-panel.js")')
  expect(readBundle('stint-widget.js')).toContain('import("./stint-es.js")')
  expect(readBundle('stint-widget.js')).not.toContain('Trabajando')
})

it(`the first pill is there after ${FIRST_PILL_BUDGET} bytes`, () => {
  const bytes = FIRST_PILL.reduce((sum, name) => sum + measureBundle(name).gzip, 0)
  expect(bytes).toBeLessThanOrEqual(FIRST_PILL_BUDGET)
})

it('is as small as the README says', () => {
  const readme = readFileSync(path.join(DIST, '../README.md'), 'utf8').replaceAll('\n', ' ')
  for (const bytes of [...Object.values(GZIP_BUDGETS), FIRST_PILL_BUDGET]) {
    expect(readme).toContain(`under ${bytes / 1_000} kB`)
  }
})

afterAll(() => {
  const rows = names.filter((name) => existsSync(path.join(DIST, name)))
  console.table(Object.fromEntries(rows.map((name) => [`dist/${name}`, measureBundle(name)])))
})

function measureBundle(name: BundleName) {
  const bytes = Buffer.from(readBundle(name).replace(/^\/\/# sourceMappingURL=.*$/m, ''))
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
    'gzip budget': GZIP_BUDGETS[name],
  }
}

function readBundle(name: string): string {
  return readFileSync(path.join(DIST, name), 'utf8')
}
