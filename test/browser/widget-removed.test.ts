// Taken away, the widget leaves a page as it was.

import { expect, it } from 'vitest'
import { showMorning, unmountAll, useWidgetWorld } from './widget-world.ts'

const { open, connect } = useWidgetWorld()

it('leaves nothing after 50 mounts and unmounts: no listener, timer, node, lock or global', async () => {
  const { page } = await open({ attributes: { widget: 'off' } })
  const session = await connect(page)
  await page.evaluate(() => {
    const timers = new Set<unknown>()
    for (const [set, clear] of [
      ['setTimeout', 'clearTimeout'],
      ['setInterval', 'clearInterval'],
      ['requestAnimationFrame', 'cancelAnimationFrame'],
    ] as const) {
      const original = window[set] as (act: () => void, ms?: number) => unknown
      const stop = window[clear] as (id: unknown) => void
      Object.assign(window, {
        [set](act: () => void, ms?: number) {
          const id = original(() => {
            if (set !== 'setInterval') timers.delete(id)
            act()
          }, ms)
          timers.add(id)
          return id
        },
        [clear](id: unknown) {
          timers.delete(id)
          stop(id)
        },
      })
    }
    Object.assign(window, { timers })
  })
  const cycle = async () => {
    await showMorning(page)
    // Not by a real click: where the machine is slow, the browser keeps the targets of those for its event timing.
    await page.evaluate(() => {
      const root = document.querySelector('stint-timer')?.shadowRoot
      root?.querySelector<HTMLElement>('.details')?.click()
    })
    await page.locator('stint-timer .panel').waitFor()
    return unmountAll(page)
  }
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const toMetric = (name: string) => metrics.find((one) => one.name === name)!.value
    const rest = await page.evaluate(async () => ({
      globals: Object.getOwnPropertyNames(window).toSorted().join(),
      elements: document.querySelectorAll('*').length,
      locks: ((await navigator.locks.query()).held ?? []).length,
    }))
    return { ...rest, nodes: toMetric('Nodes'), listeners: toMetric('JSEventListeners') }
  }
  await session.send('Performance.enable')
  // The first one loads the files.
  await cycle()
  await page.evaluate(async () => {
    await Stint.flush()
    Stint.close()
  })
  const before = await measure()
  for (let count = 0; count < 50; count += 1) expect(await cycle()).toBe(0)
  const after = await measure()
  expect(after.globals).toBe(before.globals)
  expect(after.elements).toBe(before.elements)
  expect(after.locks).toBe(0)
  // Fewer than one of each fifty: what is counted here is the whole page's, and the browser takes its time to clean up.
  await expect.poll(async () => (await measure()).listeners - before.listeners).toBeLessThan(50)
  await expect.poll(async () => (await measure()).nodes - before.nodes).toBeLessThan(50)
  // One of Preact's own may be about to run out: nothing may be left that does not.
  const countTimers = () =>
    page.evaluate(() => (window as unknown as { timers: Set<unknown> }).timers.size)
  await expect.poll(countTimers).toBe(0)
})
