import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { KEEPALIVE_BYTES, KEEPALIVE_REQUESTS } from '../../src/contract/limits.ts'
import type { Receipt } from '../../src/contract/flush.ts'
import { createPost, readAnswer } from '../../src/page/transport.ts'
import { toBroken } from '../timeback/answers.ts'

const RECEIPT: Receipt = { v: 1, receivedAt: 1_000, verdicts: [] }

const read = (response: Response) => readAnswer<Receipt>(response, 'verdicts')

const toFailure = (status: number, code: string, retryAfterMs?: number) =>
  Response.json(
    { error: { code, message: 'why' }, ...(retryAfterMs && { retryAfterMs }) },
    { status },
  )

describe('an answer', () => {
  it('is taken if it has what our relay’s answer has', async () => {
    expect(await read(Response.json(RECEIPT))).toEqual({ type: 'answered', body: RECEIPT })
  })

  it.each([
    ['an HTML page with 200', () => new Response('<!doctype html><p>Sign in to this network')],
    ['an empty 200', () => new Response(null)],
    ['JSON that breaks off', () => toBroken('{"v":1,"verdicts":[{"id"')],
    ['JSON of somebody else', () => Response.json({ ok: true })],
    ['`null`', () => Response.json(null)],
    ['a list', () => Response.json([])],
    ['a text', () => Response.json('verdicts')],
    ['an HTML page with 502', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
    ['an HTML page with 404', () => new Response('<h1>Not found</h1>', { status: 404 })],
  ])('is no receipt and no refusal, but worth another try, if it is %s', async (_, toResponse) => {
    expect(await read(toResponse())).toEqual({ type: 'retry', floorMs: 0 })
  })

  it.each([400, 401, 403, 413, 422])(
    'refuses with %i if our relay signs it with a code',
    async (status) => {
      expect(await read(toFailure(status, 'grant_expired'))).toEqual({
        type: 'refused',
        status,
        code: 'grant_expired',
        message: 'why',
      })
    },
  )

  it.each([
    ['nothing', () => new Response(null, { status: 401 })],
    ['a page', () => new Response('<h1>Who are you?</h1>', { status: 401 })],
    ['a gateway’s sentence', () => Response.json({ error: 'Unauthorized' }, { status: 401 })],
    ['a gateway’s object', () => Response.json({ error: { status: 401 } }, { status: 401 })],
  ])(
    'does not refuse with 401 and %s: that may be a proxy having a bad day',
    async (_, toResponse) => {
      expect(await read(toResponse())).toEqual({ type: 'retry', floorMs: 0 })
    },
  )

  it.each([408, 429, 500, 503])(
    'asks with %i to come back, not before the time that it names',
    async (status) => {
      expect(await read(toFailure(status, 'busy', 7_000))).toEqual({
        type: 'retry',
        floorMs: 7_000,
      })
    },
  )

  it('is no receipt, whatever is in it, if its status says that something went wrong', async () => {
    expect(await read(Response.json(RECEIPT, { status: 500 }))).toEqual({
      type: 'retry',
      floorMs: 0,
    })
  })

  it.each([408, 425, 429, 500, 502, 503])(
    'never refuses with %i, code or not: it says nothing of what was asked',
    async (status) => {
      expect(await read(toFailure(status, 'internal'))).toEqual({ type: 'retry', floorMs: 0 })
    },
  )

  it('is of its own type and status, whatever its body says of those', async () => {
    const error = { code: 'busy', message: 'why', type: 'answered', status: 200 }
    expect(await read(Response.json({ error }, { status: 403 }))).toMatchObject({
      type: 'refused',
      status: 403,
    })
  })
})

describe('a POST', () => {
  function send(keepalive?: boolean) {
    const seen: { url: string; init: RequestInit }[] = []
    const post = createPost('https://relay.example', async (url, init) => {
      seen.push({ url: String(url), init: init! })
      return Response.json(RECEIPT)
    })
    const outcome = post<Receipt>('/v1/entries', { a: 1 }, 'verdicts', 'omit', keepalive)
    return { outcome, ...seen[0]! }
  }

  it('goes out at once as a text, which needs no preflight', async () => {
    const { url, init, outcome } = send()
    expect(url).toBe('https://relay.example/v1/entries')
    expect(init).toMatchObject({ method: 'POST', body: '{"a":1}', credentials: 'omit' })
    expect(init.headers).toBeUndefined()
    expect(await outcome).toEqual({ type: 'answered', body: RECEIPT })
  })

  it('outlives the page only if asked to: browsers allow little of that', () => {
    expect(send().init.keepalive).toBe(false)
    expect(send(true).init.keepalive).toBe(true)
  })

  describe('that outlives the page', () => {
    function openPost() {
      const answers: (() => void)[] = []
      const kept: (boolean | undefined)[] = []
      const post = createPost('', (_, init) => {
        kept.push(init?.keepalive)
        return new Promise((resolve) => answers.push(() => resolve(Response.json(RECEIPT))))
      })
      const sendOut = (text: string, keepalive = true) =>
        post<Receipt>('/v1/entries', { text }, 'verdicts', 'omit', keepalive)
      return { sendOut, answers, kept }
    }

    it('may not be larger than what browsers let be in flight: then it goes as any other', () => {
      const { sendOut, kept } = openPost()
      void sendOut('x'.repeat(KEEPALIVE_BYTES))
      // Bytes, not letters.
      void sendOut('é'.repeat(KEEPALIVE_BYTES / 2))
      void sendOut('x'.repeat(KEEPALIVE_BYTES - 100))
      expect(kept).toEqual([false, false, true])
    })

    it('waits for no other: what does not fit beside those under way goes as any other', async () => {
      const { sendOut, answers, kept } = openPost()
      const first = sendOut('x'.repeat(KEEPALIVE_BYTES - 1_000))
      void sendOut('x'.repeat(2_000))
      answers[0]!()
      await first
      void sendOut('x'.repeat(2_000))
      expect(kept).toEqual([true, false, true])
    })

    it('is one of 9 at most, and others do not count', () => {
      const { sendOut, kept } = openPost()
      void sendOut('', false)
      for (let n = 0; n <= KEEPALIVE_REQUESTS; n += 1) void sendOut('')
      expect(kept.filter(Boolean)).toHaveLength(KEEPALIVE_REQUESTS)
      expect(kept.at(-1)).toBe(false)
    })
  })

  it('that finds no network is worth another try, and does not throw', async () => {
    const post = createPost('', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await post<Receipt>('/v1/entries', {}, 'verdicts', 'omit')).toEqual({
      type: 'retry',
      floorMs: 0,
      isAway: true,
    })
  })

  it('that hangs is given up in its time, and does not hold up what comes after it', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort())
    onTestFinished(() => timeout.mockRestore())
    const post = createPost('', async (_, init) => {
      init?.signal?.throwIfAborted()
      return Response.json(RECEIPT)
    })
    const outcome = await post<Receipt>('/v1/entries', {}, 'verdicts', 'omit')
    expect(outcome).toEqual({ type: 'retry', floorMs: 0, isAway: true })
    expect(timeout.mock.calls).toEqual([[15_000]])
  })
})
