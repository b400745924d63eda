// The pages of a torture: one with a run, one that only visits, so that what waits is sent, and an empty one from which
// to look at the storage before anybody touches it. All of one origin.

import { toTag } from '../../browser/world.ts'
import { serve, type TestServer } from '../../support/serve.ts'
import { toRecorderTag } from './recorder.ts'

export const toWorkUrl = (site: TestServer, runId: string) => `${site.origin}/work?run=${runId}`
export const toVisitUrl = (site: TestServer) => `${site.origin}/visit`
export const toLookUrl = (site: TestServer) => `${site.origin}/look`

export function serveSite(relayOrigin: string): Promise<TestServer> {
  const toPage = (url: URL) => {
    switch (url.pathname) {
      case '/work':
        return toRecorderTag() + toTag(relayOrigin, { 'run-id': url.searchParams.get('run') ?? '' })
      case '/visit':
        return toTag(relayOrigin, { start: 'manual' })
      default:
        return ''
    }
  }
  return serve(({ url }) => {
    const html = `<!doctype html><title>Torture</title>${toPage(new URL(url))}<body>`
    return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  })
}

/** In a page of the site: the keys in the storage, or none if there is no storage. Makes nothing. */
export function readKeys(): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('stint')
    opening.addEventListener('upgradeneeded', () => {
      // There was none: it must not be made here, without its store.
      opening.transaction?.abort()
      resolve([])
    })
    opening.addEventListener('error', () => resolve([]))
    opening.addEventListener('success', () => {
      const db = opening.result
      const reading = db.transaction('outbox').objectStore('outbox').getAllKeys()
      reading.addEventListener('error', () => reject(reading.error ?? new Error('no keys')))
      reading.addEventListener('success', () => {
        db.close()
        resolve(reading.result as string[])
      })
    })
  })
}

/** In the visiting page: sends what waits; what the page says is lost for good. */
export async function sendWaiting(): Promise<{ rows: number; ms: number } | undefined> {
  const { Stint } = window as unknown as {
    Stint: {
      flush(): Promise<void>
      getSnapshot(): { lost?: { rows: number; ms: number } }
    }
  }
  await Stint.flush()
  return Stint.getSnapshot().lost
}
