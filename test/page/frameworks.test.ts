// @vitest-environment happy-dom
// The README's lines for frameworks that are not here, run as they stand there. Of each framework only what the line
// uses is played: what it documents of a store (Svelte), of a ref and a scope's end (Vue).

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { Snapshot, Stint } from '../../src/page/host.ts'
import { openTab } from './tab.ts'

const README = readFileSync(path.resolve(import.meta.dirname, '../../README.md'), 'utf8')

/** What the line for a framework makes, with these names in its scope. */
function follow<Made>(framework: string, names: Record<string, unknown>): Made {
  const line = new RegExp(`^- ${framework}.*?: \`(.*)\`$`, 'm').exec(README)?.[1] ?? ''
  expect(line).toContain('snapshot')
  return new Function(...Object.keys(names), `${line}\nreturn snapshot`)(...Object.values(names))
}

const toPresence = ({ run }: Snapshot) => run?.presence ?? 'nothing'

async function openStint(): Promise<Stint> {
  const tab = openTab()
  const { stint } = await tab.start()
  return stint
}

it('Svelte’s line is a store: it calls back at once and at each change, and returns its stop', async () => {
  const stint = await openStint()
  const seen: string[] = []
  const store = follow<{ subscribe(set: (value: Snapshot) => void): () => void }>('Svelte', {
    stint,
  })
  const stop = store.subscribe((value) => seen.push(toPresence(value)))
  stint.current?.pause()
  stop()
  stint.current?.resume()
  expect(seen).toEqual(['active', 'paused'])
})

it('Vue’s line is a ref that holds each snapshot until its scope ends', async () => {
  const stint = await openStint()
  const ends: (() => void)[] = []
  const ref = follow<{ value: Snapshot }>('Vue', {
    stint,
    shallowRef: (value: Snapshot) => ({ value }),
    onScopeDispose: (end: () => void) => ends.push(end),
  })
  expect(toPresence(ref.value)).toBe('active')
  stint.current?.pause()
  expect(toPresence(ref.value)).toBe('paused')
  for (const end of ends) end()
  stint.current?.resume()
  expect(toPresence(ref.value)).toBe('paused')
})
