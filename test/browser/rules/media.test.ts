// Media: a learner who listens does nothing, and is there; up to `mediaIdleAfterMs` after they last did something.

import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import {
  expectNear,
  IDLE_MS,
  pass,
  readLast,
  readPresence,
  readSeen,
  readSpans,
  setStage,
  toPresences,
  untilPresence,
  until,
} from './stage.ts'
import { toSound } from './sound.ts'

const stage = setStage()

const untilSeen = (page: Page, type: string) =>
  until(async () => (await readSeen(page, type)).length > 0)

const LONG = toSound(20_000)
const toPlayer = (element: string) =>
  `${element}<button onclick="this.previousElementSibling.play()">Play</button>`

it('keeps a learner active who listens, and is idle when the sound has ended', async () => {
  const page = await stage.openBeside(toPlayer(`<audio src="${toSound(1_600)}"></audio>`))
  await page.click('button')
  await untilSeen(page, 'ended')
  await untilPresence(page, 'idle')

  const clickedAt = await readLast(page, 'pointerdown')
  const [active, idle] = await readSpans(page, clickedAt)
  const endedAt = await readLast(page, 'ended')
  expect(endedAt - clickedAt).toBeGreaterThan(1_400)
  expect(active?.presence).toBe('active')
  expectNear(idle?.from, endedAt)
})

it('keeps a learner active who watches a video, until they stop it', async () => {
  const page = await stage.openBeside(
    `<video></video><button>Play</button><script>
    const canvas = document.createElement('canvas')
    const video = document.querySelector('video')
    video.srcObject = canvas.captureStream()
    setInterval(() => canvas.getContext('2d').fillRect(0, 0, Math.random() * 99, 99), 50)
    document.querySelector('button').onclick = () => video.play()</script>`,
  )
  await page.click('button')
  await untilSeen(page, 'playing')
  await pass(page, IDLE_MS + 400)
  expect(await readPresence(page)).toBe('active')
  await page.evaluate(() => document.querySelector('video')?.pause())
  await untilPresence(page, 'idle')
  const spans = await readSpans(page, await readLast(page, 'pointerdown'))
  expect(toPresences(spans)).toEqual(['active', 'idle'])
  expectNear(spans[1]?.from, await readLast(page, 'pause'))
})

it('does not take a sound that never ends for a learner beyond mediaIdleAfterMs', async () => {
  const page = await stage.openBeside(toPlayer(`<audio loop src="${LONG}"></audio>`), {
    'media-idle-after-ms': '1400',
  })
  await page.click('button')
  await untilPresence(page, 'idle')
  const [active, idle] = await readSpans(page, await readLast(page, 'pointerdown'))
  expect(active?.presence).toBe('active')
  expect(await readSeen(page, 'ended')).toEqual([])
  // Letting the button go is the last that they did.
  expectNear(idle?.from, (await readLast(page, 'click')) + 1_400)
})

it('does not count what loops without a sound, nor what is stopped', async () => {
  const page = await stage.openBeside(
    `<video muted loop autoplay src="${LONG}"></video><audio src="${LONG}"></audio>`,
  )
  await untilSeen(page, 'playing')
  await untilPresence(page, 'idle')
  const [active] = await readSpans(page)
  expect(active!.to - active!.from).toBeLessThan(5_000)
  expect(await page.evaluate(() => document.querySelector('video')?.paused)).toBe(false)
})

it('hears what plays in an open shadow root, once somebody clicked there', async () => {
  const page = await stage.openBeside(
    `<my-player></my-player><script>
    customElements.define('my-player', class extends HTMLElement {
      constructor() {
        super()
        const root = this.attachShadow({ mode: 'open' })
        root.innerHTML = '<audio src="${toSound(1_500)}"></audio><button>Play</button>'
        const audio = root.querySelector('audio')
        root.querySelector('button').onclick = () => audio.play()
        audio.onended = () => { window.endedAt = performance.timeOrigin + performance.now() }
      }
    })</script>`,
  )
  await page.click('my-player button')
  // No event of media leaves a shadow root.
  const readEnd = () =>
    page.evaluate(() => (globalThis as unknown as { endedAt?: number }).endedAt ?? 0)
  await until(async () => (await readEnd()) > 0)
  await untilPresence(page, 'idle')
  const endedAt = await readEnd()
  const spans = await readSpans(page, await readLast(page, 'pointerdown'))
  expect(toPresences(spans)).toEqual(['active', 'idle'])
  expectNear(spans[1]?.from, endedAt)
})
