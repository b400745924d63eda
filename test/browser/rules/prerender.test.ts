// A prerendered page: its time starts when it is activated. Chromium prerenders nothing while a debugger is attached, so
// nobody drives these pages: they tell their server themselves what they found.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { RunSnapshot, Stretch } from '../../../src/index.ts'
import { startChromium } from '../../support/chromium-process.ts'
import { findBrowser } from '../../support/find-browser.ts'
import { serve } from '../../support/serve.ts'
import { startWorld, toTag } from '../world.ts'

/** So long the learner looks at the page before this one, while this one is ready. */
const WAITED_MS = 700

interface Found {
  wasPrerendering: boolean
  hadRun: boolean
  /** Ms since the page's time origin, which is when its prerendering began. */
  activationStart: number
  /** When the page was told of it, in epoch ms. */
  toldAt: number
  timeOrigin: number
  run: RunSnapshot
  spans: Stretch[]
}

const FIRST = `<!doctype html><body>
<script type="speculationrules">{ "prerender": [{ "urls": ["/next"], "eagerness": "immediate" }] }</script>
<script>fetch('/waited').then(() => location.assign('/next'))</script>`

const toNext = (relayOrigin: string) => `<!doctype html><body>${toTag(relayOrigin)}<script>
const wasPrerendering = document.prerendering
let hadRun
addEventListener('load', () => {
  hadRun = Stint.current.spans().length > 0
  fetch('/ready')
})
let toldAt
addEventListener('prerenderingchange', () => { toldAt = performance.timeOrigin + performance.now() }, true)
document.addEventListener('prerenderingchange', () => setTimeout(() => {
  const { activationStart } = performance.getEntriesByType('navigation')[0]
  const { timeOrigin } = performance
  const { run } = Stint.getSnapshot()
  const found = { wasPrerendering, hadRun, activationStart, toldAt, timeOrigin, run, spans: Stint.current.spans() }
  fetch('/found', { method: 'POST', body: JSON.stringify(found) })
}, 500))
</script>`

it('starts with the activation of a prerendered page, and not while nobody saw it', async () => {
  const world = await startWorld()
  const [ready, tellReady] = toPromise<void>()
  const [found, tellFound] = toPromise<Found>()
  const site = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return toHtml(FIRST)
    if (pathname === '/next') return toHtml(toNext(world.relayOrigin))
    if (pathname === '/ready') tellReady()
    if (pathname === '/found') tellFound((await request.json()) as Found)
    if (pathname === '/waited') {
      await ready
      await new Promise((resolve) => setTimeout(resolve, WAITED_MS))
    }
    return new Response()
  })
  const profile = await mkdtemp(path.join(tmpdir(), 'stint-prerender-'))
  const chromium = await startChromium((await findBrowser()).path, profile)
  try {
    const { host } = new URL(chromium.address)
    await fetch(`http://${host}/json/new?${site.origin}`, { method: 'PUT' })
    const { wasPrerendering, hadRun, activationStart, toldAt, timeOrigin, run, spans } = await found
    expect(wasPrerendering).toBe(true)
    expect(hadRun).toBe(false)
    expect(activationStart).toBeGreaterThan(WAITED_MS)
    const activatedAt = timeOrigin + activationStart
    expect(run.startedAt - activatedAt).toBeGreaterThan(-10)
    expect(run.startedAt - activatedAt).toBeLessThan(10)
    expect(run.startedAt).toBeLessThanOrEqual(toldAt + 10)
    expect(spans.map(({ presence }) => presence)).toEqual(['active'])
    expect(spans[0]?.from).toBe(run.startedAt)
  } finally {
    chromium.signal('SIGKILL')
    await chromium.exited
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    await site.close()
    await world.close()
  }
})

const toHtml = (html: string) => new Response(html, { headers: { 'content-type': 'text/html' } })

function toPromise<T>(): [Promise<T>, (value: T) => void] {
  let settle: (value: T) => void = () => {}
  const promise = new Promise<T>((resolve) => {
    settle = resolve
  })
  return [promise, settle]
}
