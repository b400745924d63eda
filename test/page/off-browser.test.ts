// Node has no page: this is what a server that renders an app gets.

import { expect, it, vi } from 'vitest'
import { createStint } from '../../src/index.ts'
import { ACTIVITY } from './tab.ts'

it('createStint off the browser touches nothing: no timer, no request, no global', async () => {
  vi.useFakeTimers()
  const fetch = vi.fn<typeof globalThis.fetch>()
  const before = Reflect.ownKeys(globalThis)
  const stint = createStint({ relay: 'https://relay.example', ticket: 't' }, { fetch })
  stint.start(ACTIVITY)
  await stint.flush()
  expect(vi.getTimerCount()).toBe(0)
  expect(fetch).not.toHaveBeenCalled()
  expect(Reflect.ownKeys(globalThis)).toEqual(before)
  vi.useRealTimers()
})

it('its run takes every call, never counts, and ends', async () => {
  const run = createStint().start({ ...ACTIVITY, runId: 'r1' })
  run.pause()
  run.resume()
  run.flag('waste')
  run.unflag()
  expect(run.claim('on-paper')).toBe(false)
  expect(run.spans()).toEqual([])
  expect(await run.end({ totalQuestions: 5, correctQuestions: 4 })).toEqual({ saved: 'memory' })
  expect(run).toMatchObject({ id: 'fractions', runId: 'r1', totalActiveMs: 0, elapsedMs: 0 })
})

it('a module that renders for several learners remembers none: each may start, and none sees another’s run', () => {
  const stint = createStint()
  stint.start(ACTIVITY)
  expect(stint.current).toBe(null)
  expect(() => stint.start({ ...ACTIVITY, id: 'decimals' })).not.toThrow()
  expect(stint.getSnapshot().run).toBe(null)
})

it('its snapshot is always the same object, and nobody is told of a change', () => {
  const heard = vi.fn<() => void>()
  const stint = createStint()
  const unsubscribe = stint.subscribe(heard)
  const snapshot = stint.getSnapshot()
  stint.start(ACTIVITY)
  unsubscribe()
  stint.close()
  expect(stint.getSnapshot()).toBe(snapshot)
  expect(createStint().getSnapshot()).toBe(snapshot)
  expect(heard).not.toHaveBeenCalled()
})
