import { afterEach, describe, expect, it } from 'vitest'
import { serve } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { createSandbox, LostAnswerError } from '../../src/sandbox/sandbox.ts'
import { call, connect, requestToken } from './client.ts'
import { createEnvelope, createTimeSpentEvent } from './payloads.ts'
import type { Fault, Sandbox } from '../../src/sandbox/sandbox.ts'

const ENVELOPE = createEnvelope(createTimeSpentEvent())

async function connectWith(...faults: readonly Fault[]) {
  const sandbox = createSandbox()
  const client = await connect(sandbox)
  for (const fault of faults) sandbox.faults.add(fault)
  return { sandbox, ...client }
}

describe('a fault', () => {
  it('answers so many sends with its status, stores none of them, and is used up', async () => {
    const { sandbox, send } = await connectWith({ on: 'event', count: 2, status: 503 })
    expect((await send(ENVELOPE)).status).toBe(503)
    expect(sandbox.faults.pending()).toEqual([{ on: 'event', count: 1, status: 503 }])
    expect((await send(ENVELOPE)).status).toBe(503)
    expect(sandbox.events()).toEqual([])
    expect((await send(ENVELOPE)).status).toBe(200)
    expect(sandbox.faults.pending()).toEqual([])
  })

  it('says how long to wait only if asked to', async () => {
    const { send } = await connectWith(
      { on: 'event', status: 429, retryAfterSeconds: 7 },
      { on: 'event', status: 429 },
    )
    const first = await send(ENVELOPE)
    expect(first.headers.get('retry-after')).toBe('7')
    expect(await first.json()).toMatchObject({
      imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: 'server_busy' }] },
    })
    expect((await send(ENVELOPE)).headers.has('retry-after')).toBe(false)
  })

  it('comes before the check of the token, as a broken proxy does', async () => {
    const sandbox = createSandbox()
    sandbox.faults.add({ on: 'event', status: 502 })
    expect((await call(sandbox, 'POST', '/caliper/event', ENVELOPE)).status).toBe(502)
  })

  it('of 401 says jwt expired', async () => {
    const { send } = await connectWith({ on: 'event', status: 401 })
    expect(await (await send(ENVELOPE)).json()).toMatchObject({ imsx_description: 'jwt expired' })
  })

  it('of 400 has the body of a refused envelope', async () => {
    const { send } = await connectWith({ on: 'event', status: 400 })
    expect(await (await send(ENVELOPE)).json()).toMatchObject({ status: 'error', errors: null })
  })

  it('hits the kind of request it is for, and no other', async () => {
    const { sandbox, send, validate, get } = await connectWith({ on: 'event', status: 503 })
    expect((await get('/caliper/events')).status).toBe(200)
    expect((await validate(ENVELOPE)).status).toBe(200)
    expect((await requestToken(sandbox)).status).toBe(200)
    expect((await send(ENVELOPE)).status).toBe(503)
  })

  it.each(['/caliper/events', '/caliper/events/urn:uuid:1', '/jobs/1/status'])(
    'on reads hits %s',
    async (path) => {
      const { get } = await connectWith({ on: 'read', status: 500 })
      expect((await get(path)).status).toBe(500)
    },
  )

  const SERVICES = [
    ['roster', '/ims/oneroster/rostering/v1p2/users/'],
    ['roster', '/ims/oneroster/resources/v1p2/resources/'],
    ['gradebook', '/ims/oneroster/gradebook/v1p2/assessmentResults/'],
    ['edubridge', '/edubridge/enrollments/user/demo-learner'],
    ['powerpath', '/powerpath/lessonPlans/getCourseProgress/course-math-5/student/demo-learner'],
  ] as const

  it.each(SERVICES)('on %s hits %s and no other service', async (on, path) => {
    const { sandbox, send, get } = await connectWith({ on, status: 503 })
    const others = SERVICES.filter(([other]) => other !== on)
    for (const [, otherPath] of others) expect((await get(otherPath)).status).toBe(200)
    expect((await get('/caliper/events')).status).toBe(200)
    expect((await send(ENVELOPE)).status).toBe(200)
    expect((await get('/')).status).toBe(200)
    expect(sandbox.faults.pending()).toHaveLength(1)
    expect((await get(path)).status).toBe(503)
    expect((await get(path)).status).toBe(200)
  })

  it('on a service of the shared error body has that body, for 400 too', async () => {
    const { get } = await connectWith({ on: 'roster', status: 400 })
    const response = await get('/ims/oneroster/rostering/v1p2/users/')
    expect(await response.json()).toMatchObject({
      imsx_codeMajor: 'failure',
      imsx_CodeMinor: { imsx_codeMinorField: [{ imsx_codeMinorFieldValue: 'invaliddata' }] },
    })
  })

  it('on the gradebook loses the answer to a result that was written', async () => {
    const { sandbox, put } = await connectWith({ on: 'gradebook', lostAnswer: true })
    const lineItem = { assessmentLineItem: { status: 'active', title: 'Quiz' } }
    const path = '/ims/oneroster/gradebook/v1p2/assessmentLineItems/ali-1'
    await expect(put(path, lineItem)).rejects.toThrow(LostAnswerError)
    expect(sandbox.rows('assessmentLineItems')).toHaveLength(1)
  })

  it('on tokens has the error of a refused client', async () => {
    const { sandbox } = await connectWith({ on: 'token', status: 401 })
    const response = await requestToken(sandbox)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({ error: 'invalid_client' })
  })

  it('gives a page of HTML with 200, and stores nothing unless asked to', async () => {
    const { sandbox, send } = await connectWith(
      { on: 'event', html: true },
      { on: 'event', html: true, processed: true },
    )
    const response = await send(ENVELOPE)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(await response.text()).toContain('<!doctype html>')
    expect(sandbox.events()).toHaveLength(0)
    expect(await (await send(ENVELOPE)).text()).toContain('<!doctype html>')
    expect(sandbox.events()).toHaveLength(1)
  })

  it('loses the answer to a send that was stored', async () => {
    const { sandbox, send } = await connectWith({ on: 'event', lostAnswer: true })
    await expect(send(ENVELOPE)).rejects.toThrow(LostAnswerError)
    expect(sandbox.events()).toHaveLength(1)
  })

  it('drops a send before it is stored if told so', async () => {
    const { sandbox, send } = await connectWith({
      on: 'event',
      lostAnswer: true,
      processed: false,
    })
    await expect(send(ENVELOPE)).rejects.toMatchObject({ code: 'lost_answer' })
    expect(sandbox.events()).toEqual([])
  })

  it('stores a send and then fails it, as a gateway that gives up too early', async () => {
    const { sandbox, send } = await connectWith({ on: 'event', status: 504, processed: true })
    expect((await send(ENVELOPE)).status).toBe(504)
    expect(sandbox.events()).toHaveLength(1)
  })

  it('answers late and rightly: the event is there before the answer is', async () => {
    const waits: number[] = []
    const storedWhileWaiting: number[] = []
    const sandbox: Sandbox = createSandbox(
      {},
      {
        wait: async (ms) => {
          waits.push(ms)
          storedWhileWaiting.push(sandbox.events().length)
        },
      },
    )
    const { send } = await connect(sandbox)
    sandbox.faults.add({ on: 'event', delayMs: 30_000 })
    expect((await send(ENVELOPE)).status).toBe(200)
    expect(waits).toEqual([30_000])
    expect(storedWhileWaiting).toEqual([1])
  })

  it('that makes no sense is a programmer’s mistake', () => {
    expect(() => createSandbox().faults.add({ on: 'event' })).toThrow(TypeError)
  })
})

describe('over HTTP', () => {
  it('a fault is armed and cleared', async () => {
    const { sandbox, send } = await connectWith()
    const armed = await call(sandbox, 'POST', '/_sandbox/faults', {
      on: 'event',
      count: 3,
      status: 503,
    })
    expect(armed.status).toBe(201)
    expect(await armed.json()).toEqual({ pending: [{ on: 'event', count: 3, status: 503 }] })
    expect((await send(ENVELOPE)).status).toBe(503)
    expect((await call(sandbox, 'DELETE', '/_sandbox/faults')).status).toBe(204)
    expect((await send(ENVELOPE)).status).toBe(200)
  })

  it('a fault is armed by a body that does not say it is JSON, as curl sends it', async () => {
    const { sandbox, send } = await connectWith()
    const body = '{"on":"event","status":503}'
    const request = new Request('http://localhost/_sandbox/faults', { method: 'POST', body })
    expect((await sandbox.fetch(request)).status).toBe(201)
    expect((await send(ENVELOPE)).status).toBe(503)
  })

  it.each([
    ['no kind of request', { status: 503 }, 'on'],
    ['an unknown kind', { on: 'webhook', status: 503 }, 'on'],
    ['nothing to go wrong', { on: 'event' }, 'status'],
    ['a status that is none', { on: 'event', status: 200 }, 'status'],
    ['two things at once', { on: 'event', status: 503, html: true }, 'status'],
    ['no count', { on: 'event', status: 503, count: 0 }, 'count'],
    [
      'a wait without a status',
      { on: 'event', html: true, retryAfterSeconds: 1 },
      'retryAfterSeconds',
    ],
    ['a slow answer to nothing', { on: 'event', delayMs: 1, processed: false }, 'processed'],
    ['a misspelt key', { on: 'event', status: 503, retryAfter: 1 }, ''],
    ['no object', [], ''],
  ])('a fault with %s is refused, and none is armed', async (_, fault, path) => {
    const sandbox = createSandbox()
    const response = await call(sandbox, 'POST', '/_sandbox/faults', fault)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: 'bad_fault',
      errors: [{ path, message: expect.any(String) }],
    })
    expect(sandbox.faults.pending()).toEqual([])
  })

  it('all tokens are revoked', async () => {
    const { sandbox, send } = await connectWith()
    expect((await call(sandbox, 'POST', '/_sandbox/tokens/revoke')).status).toBe(204)
    expect((await send(ENVELOPE)).status).toBe(401)
  })

  it('everything is forgotten, and numbering begins anew', async () => {
    const { sandbox, send } = await connectWith()
    await send(ENVELOPE)
    sandbox.faults.add({ on: 'token', status: 500 })
    expect((await call(sandbox, 'POST', '/_sandbox/reset')).status).toBe(204)
    expect(sandbox.events()).toEqual([])
    expect(sandbox.faults.pending()).toEqual([])
    expect((await send(ENVELOPE)).status).toBe(401)
    const again = await connect(sandbox)
    expect((await again.get('/jobs/1/status')).status).toBe(404)
    expect(await (await again.send(ENVELOPE)).json()).toMatchObject({ jobId: '1' })
  })
})

describe('in a Node server', () => {
  let server: ReturnType<typeof serve> | undefined
  afterEach(
    () => new Promise<void>((resolve) => void (server?.close(() => resolve()) ?? resolve())),
  )

  function listen(sandbox: Sandbox): Promise<string> {
    return new Promise((resolve) => {
      server = serve(
        {
          port: 0,
          hostname: '127.0.0.1',
          fetch: (request, { outgoing }) =>
            sandbox.fetch(request).catch(() => {
              outgoing.destroy()
              return RESPONSE_ALREADY_SENT
            }),
        },
        ({ port }) => resolve(`http://127.0.0.1:${port}`),
      )
    })
  }

  it('a lost answer is a network error to the client, and the next request gets through', async () => {
    const { sandbox, token } = await connectWith({ on: 'event', lostAnswer: true })
    const origin = await listen(sandbox)
    const send = () =>
      fetch(`${origin}/caliper/event`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(ENVELOPE),
      })
    await expect(send()).rejects.toThrow(TypeError)
    expect(sandbox.events()).toHaveLength(1)
    expect((await send()).status).toBe(200)
  })
})
