import { describe, expect, it } from 'vitest'
import { findLayerViolations } from './layers.ts'
import { readSources } from './sources.ts'

it('imports run one way, and each package has its home', () => {
  expect(findLayerViolations(readSources())).toEqual([])
})

const CONTRACT = [
  { path: 'src/contract/limits.ts', text: `export const MAX = 1` },
  { path: 'src/contract/entry.ts', text: `import { z } from 'zod'` },
  { path: 'src/contract/names.ts', text: `export const NAMES = ['a']` },
  { path: 'src/contract/deep.ts', text: `import { a } from './entry.ts'` },
]

function judge(path: string, text: string): string[] {
  return findLayerViolations([...CONTRACT, { path, text }])
}

describe('the rule is broken by', () => {
  it.each([
    ['src/core/slices.ts', `import { run } from '../page/run.ts'`, 'core may not import page'],
    ['src/core/slices.ts', `import type { Run } from '../page/run.ts'`, 'core may not import page'],
    ['src/page/run.ts', `import { Panel } from '../widget/panel.tsx'`, 'may not import widget'],
    ['src/page/run.ts', `import { x } from '../relay/relay.ts'`, 'page may not import relay'],
    ['src/page/run.ts', `export { x } from '../relay/relay.ts'`, 'page may not import relay'],
    ['src/page/run.ts', `await import('../relay/relay.ts')`, 'page may not import relay'],
    ['src/relay/relay.ts', `import { x } from '../page/run.ts'`, 'relay may not import page'],
    ['src/relay/relay.ts', `import { x } from './node/server.ts'`, 'may not import relay/node'],
    ['src/relay/relay.ts', `import { x } from '../sandbox/sandbox.ts'`, 'may not import sandbox'],
    ['src/relay/node/cli.ts', `import { x } from '../../page/run.ts'`, 'may not import page'],
    ['src/timeback/caliper.ts', `import { x } from '../core/slices.ts'`, 'may not import core'],
    ['src/sandbox/sandbox.ts', `import { x } from '../timeback/caliper.ts'`, 'may not import'],
    ['src/index.ts', `import { x } from './widget/panel.tsx'`, 'index may not import widget'],
    ['src/index.ts', `import { x } from '../demo/serve.ts'`, 'may not import that'],
    ['src/contract/flush.ts', `import { x } from '../core/slices.ts'`, 'may not import core'],
    ['src/contract/flush.ts', `import { x } from 'hono'`, 'the contract needs only zod'],

    ['src/page/run.ts', `import { entry } from '../contract/entry.ts'`, 'only types'],
    ['src/page/run.ts', `import { type E } from '../contract/entry.ts'`, 'only types'],
    ['src/widget/panel.ts', `import { NAMES } from '../contract/names.ts'`, 'only types'],
    ['src/core/slices.ts', `import { a } from '../contract/entry.ts'`, 'entry.ts -> zod'],
    [
      'src/core/slices.ts',
      `import { a } from '../contract/deep.ts'`,
      'deep.ts -> src/contract/ent',
    ],

    ['src/page/run.ts', `import { z } from 'zod'`, 'a page does not carry that'],
    ['src/page/run.ts', `import { z } from 'zod/mini'`, 'a page does not carry that'],
    ['src/page/run.ts', `import { render } from 'preact'`, 'preact belongs in'],
    ['src/page/run.ts', `import { useState } from 'preact/hooks'`, 'preact belongs in'],
    ['src/page/pill.tsx', ``, 'preact belongs in'],
    ['src/embed.ts', `import { h } from 'preact'`, 'preact belongs in'],
    ['src/react.ts', `import { h } from 'preact'`, 'preact belongs in'],
    ['src/react.ts', `import { x } from './widget/mount.tsx'`, 'react may not import widget'],
    ['src/page/run.ts', `import { useState } from 'react'`, 'react belongs in'],
    ['src/page/run.ts', `import { get } from 'idb-keyval'`, 'idb-keyval belongs in'],
    ['src/timeback/caliper.ts', `import { sql } from 'kysely'`, 'kysely belongs in'],
    ['src/relay/relay.ts', `import fs from 'node:fs'`, 'node belongs in'],
    ['src/core/slices.ts', `import type { A } from 'node:fs'`, 'node belongs in'],

    ['src/core/slices.ts', `import { a } from './presence'`, 'ending'],
    ['src/helpers/a.ts', ``, 'belongs to no part'],
    ['src/stray.ts', ``, 'belongs to no part'],
  ])('%s with %j', (path, text, why) => {
    const violations = judge(path, text)
    expect(violations).toHaveLength(1)
    expect(violations[0]).toContain(path)
    expect(violations[0]).toContain(why)
  })
})

describe('the rule is kept by', () => {
  it.each([
    ['src/embed.ts', `import { mount } from './widget/mount.ts'`],
    ['src/index.ts', `export { createStint } from './page/stint.ts'`],
    ['src/index.ts', `export type { Entry } from './contract/entry.ts'`],
    ['src/widget/panel.tsx', `import { useState } from 'preact/hooks'`],
    ['src/react.ts', `import { useEffect } from 'react'`],
    ['src/page/run.ts', `import type { Entry } from '../contract/entry.ts'`],
    ['src/page/run.ts', `import { MAX } from '../contract/limits.ts'`],
    ['src/page/outbox.ts', `import { get } from 'idb-keyval'`],
    ['src/core/slices.ts', `import { NAMES } from '../contract/names.ts'`],
    ['src/relay/receive.ts', `import { entry } from '../contract/entry.ts'`],
    ['src/relay/storage.ts', `import { sql } from 'kysely'`],
    ['src/relay/node/sqlite.ts', `import { DatabaseSync } from 'node:sqlite'`],
    ['src/relay/node/cli.ts', `import { serve } from '@hono/node-server'`],
    ['src/sandbox/sandbox.ts', `import { Hono } from 'hono'`],
  ])('%s with %j', (path, text) => {
    expect(judge(path, text)).toEqual([])
  })
})
