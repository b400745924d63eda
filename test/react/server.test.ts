// Rendering on a server, and hydrating what it rendered: React's two hooks as they are there.

import { expect, it, vi } from 'vitest'
import { createStint } from '../../src/index.ts'
import { NOTHING_YET } from '../../src/page/off-browser.ts'
import type { Snapshot } from '../../src/page/host.ts'
import { useStint } from '../../src/react.ts'
import { ACTIVITY } from '../page/tab.ts'

vi.mock('react', () => ({
  useEffect() {},
  useSyncExternalStore: <T>(_subscribe: unknown, _get: unknown, getServerSnapshot: () => T) =>
    getServerSnapshot(),
}))

it('a server renders what a page shows before anything is started', () => {
  expect(useStint(createStint(), ACTIVITY)).toBe(NOTHING_YET)
})

it('a page that hydrates late, when a run is open already, begins with the same', () => {
  const underWay: Snapshot = { ...NOTHING_YET, learner: 'known', sync: 'saved' }
  const stint = { ...createStint(), getSnapshot: () => underWay }
  expect(useStint(stint)).toBe(NOTHING_YET)
})
