// Serves the pages that measure themselves, one job after the other, and hears what each came to. Its pages are
// isolated from other origins: only then is their clock good to 5 us (High Resolution Time, "cross-origin isolated").

import { serve } from '../../support/serve.ts'
import { giveOwnCore } from '../support/own-core.ts'
import { openPlainChromium, type PlainChromium } from '../support/plain-chromium.ts'

/**
 * A function for a page of its own; its source text is what runs, so it uses nothing from outside itself. What it says
 * on its way comes to the console.
 */
export interface Job<Given extends object = object, Result extends object = object> {
  run(given: Given, say: (text: string) => Promise<unknown>): Promise<Result>
  given: Given
}

/** Without a sign of a page. */
const PATIENCE_MS = 120_000
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cache-control': 'no-store',
}

/** How the pages share the machine: by themselves on a core, where that can be had, or as the system does it. */
export type Cores = 'own' | 'shared'

/** Runs the jobs in one browser, each in a fresh page; `onDone` hears of each result as it comes. */
export async function runJobs<Given extends object, Result extends object>(
  jobs: readonly Job<Given, Result>[],
  onDone: (result: Result, index: number) => void,
  cores: Cores = 'own',
): Promise<Result[]> {
  const results: Result[] = []
  let finish: (error?: Error) => void = () => {}
  const done = new Promise<void>((resolve, reject) => {
    finish = (error) => (error ? reject(error) : resolve())
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  let browser: PlainChromium | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => finish(new Error('A page did not come to its end.')), PATIENCE_MS)
  }
  const take = (posted: { isHere?: true; said?: string; result?: Result; error?: string }) => {
    wait()
    if (posted.isHere) return undefined
    if (posted.said) return console.log(posted.said)
    if (!posted.result) return finish(new Error(`A page failed: ${posted.error}`))
    results.push(posted.result)
    onDone(posted.result, results.length - 1)
    if (results.length === jobs.length) finish()
  }
  const server = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST') {
      if (cores === 'own' && browser) giveOwnCore(browser.group)
      take((await request.json()) as Parameters<typeof take>[0])
      return new Response(null, { headers: HEADERS })
    }
    const job = jobs[results.length]
    return pathname === '/job' && job
      ? toResponse(toPage(job as Job))
      : new Response(null, { status: 404, headers: HEADERS })
  })
  wait()
  browser = await openPlainChromium(`${server.origin}/job`)
  try {
    await done
    return results
  } finally {
    clearTimeout(timer)
    await browser.close()
    await server.close()
  }
}

const toResponse = (html: string) =>
  new Response(html, { headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' } })

/** The next job is a fresh page; after the last one the same address gives nothing. */
const toPage = ({ run, given }: Job) => `<!doctype html><title>Cost</title>
<body style="height: 5000px"><div><main><section><p><label><input id="field"></label></p></section></main></div>
<script>
addEventListener('load', async () => {
  const run = ${run}
  const post = (body) => fetch('/result', { method: 'POST', body: JSON.stringify(body) })
  try {
    if (!crossOriginIsolated) throw new Error('The page is not isolated, its clock is too coarse.')
    // The answer comes when the page is where it is to be measured.
    await post({ isHere: true })
    await post({ result: await run(${JSON.stringify(given)}, (said) => post({ said })) })
    location.replace('/job')
  } catch (error) {
    await post({ error: String(error?.stack ?? error) })
  }
})
</script>`
