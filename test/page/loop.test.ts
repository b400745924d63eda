import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createLoop } from '../../src/page/loop.ts'

const EVERY_MS = 15_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A loop whose turns come to these outcomes, one after the other, and then to nothing. */
function open(outcomes: (number | undefined)[] = [], random = () => 0.5) {
  const turns: number[] = []
  const startedAt = Date.now()
  const loop = createLoop(
    async () => {
      turns.push(Date.now() - startedAt)
      return outcomes.shift()
    },
    () => EVERY_MS,
    { random },
  )
  return { loop, turns }
}

describe('a loop', () => {
  it('does nothing before it is asked to', async () => {
    const { turns } = open()
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS)
    expect(turns).toEqual([])
  })

  it('takes a turn at once when asked, and then each in its time', async () => {
    const { loop, turns } = open()
    await loop.now()
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS)
    expect(turns).toEqual([0, EVERY_MS, 2 * EVERY_MS])
  })

  it('starts its time anew when it was asked in between, and never has two timers', async () => {
    const { loop, turns } = open()
    await loop.now()
    await vi.advanceTimersByTimeAsync(5_000)
    await Promise.all([loop.now(), loop.now()])
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(EVERY_MS)
    expect(turns).toEqual([0, 5_000, 5_000, 5_000 + EVERY_MS])
  })

  it('never takes two turns at a time, and forgets none that was asked for', async () => {
    let running = 0
    let most = 0
    let turns = 0
    const loop = createLoop(
      async () => {
        turns += 1
        most = Math.max(most, (running += 1))
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        running -= 1
        return undefined
      },
      () => EVERY_MS,
    )
    const asked = [loop.now(), loop.now(), loop.now()]
    await vi.advanceTimersByTimeAsync(3_000)
    await Promise.all(asked)
    expect({ turns, most }).toEqual({ turns: 3, most: 1 })
  })

  it('comes back later and later while it fails, and in its time once it works', async () => {
    const { loop, turns } = open([0, 0, 0], () => 1)
    await loop.now()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(turns).toEqual([0, 2_000, 6_000, 14_000, 29_000, 44_000, 59_000])
  })

  it('never comes back before the time that it was told, nor all pages at once after it', async () => {
    for (const chance of [0, 0.999]) {
      const { loop, turns } = open([40_000], () => chance)
      await loop.now()
      await vi.advanceTimersByTimeAsync(40_000)
      expect(turns).toEqual([0])
      await vi.advanceTimersByTimeAsync(2_000)
      expect(turns).toHaveLength(2)
      expect(turns[1]).toBe(chance ? 41_999 : 41_000)
      loop.stop()
    }
  })

  it('goes on after a turn that rejects, later and later, and reports it once', async () => {
    const reportError = vi.fn<(cause: unknown) => void>()
    vi.stubGlobal('reportError', reportError)
    onTestFinished(() => void vi.unstubAllGlobals())
    const mistake = new Error('our mistake')
    const turns: number[] = []
    const startedAt = Date.now()
    const loop = createLoop(
      async () => {
        turns.push(Date.now() - startedAt)
        if (turns.length < 4) throw mistake
        return undefined
      },
      () => EVERY_MS,
      { random: () => 1 },
    )
    await loop.now()
    await vi.advanceTimersByTimeAsync(30_000)
    expect(turns).toEqual([0, 2_000, 6_000, 14_000, 29_000])
    expect(reportError).toHaveBeenCalledExactlyOnceWith(mistake)
  })

  it('takes a turn at once when it is asked to, however long it should have waited', async () => {
    const { loop, turns } = open([600_000])
    await loop.now()
    await loop.now()
    expect(turns).toEqual([0, 0])
  })
})

describe('a loop that is stopped', () => {
  it('takes no more turns, asked or not, and leaves no timer', async () => {
    const { loop, turns } = open()
    await loop.now()
    loop.stop()
    expect(vi.getTimerCount()).toBe(0)
    await loop.now()
    await vi.advanceTimersByTimeAsync(10 * EVERY_MS)
    expect(turns).toEqual([0])
  })

  it('in the middle of a turn leaves no timer behind', async () => {
    const { loop } = open()
    const turn = loop.now()
    await Promise.resolve()
    loop.stop()
    await turn
    expect(vi.getTimerCount()).toBe(0)
  })
})
