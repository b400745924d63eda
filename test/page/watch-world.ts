/** A watch on the page, and all that it told. */
import { onTestFinished, vi } from 'vitest'
import type { SignalType } from '../../src/core/presence.ts'
import { watchLearner } from '../../src/page/watch.ts'
import { focus } from './elements.ts'

/** The origin whose frames are believed. */
export const FRIEND = 'https://friend.example'

export const NOW = 50_000

/** The page's clock stands at `NOW`; what has no instant of its own is told without one. */
export function watch(origins: readonly string[] = [FRIEND]) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  vi.spyOn(performance, 'now').mockReturnValue(NOW)
  const heard: [type: SignalType, at?: number][] = []
  const { look, stop } = watchLearner(
    (at) => void heard.push(['interaction', at]),
    (type, at) => void heard.push(at === undefined ? [type] : [type, at]),
    origins,
  )
  onTestFinished(() => {
    stop()
    focus(null)
    vi.useRealTimers()
    vi.restoreAllMocks()
  })
  return {
    heard,
    look,
    stop,
    /** What was told since the last time it was asked. */
    take: () => heard.splice(0),
  }
}

/** A message to the page, as from a frame's window. */
export function send(data: unknown, { origin = FRIEND, source = window as Window | null } = {}) {
  dispatchEvent(new MessageEvent('message', { data, origin, source }))
}
