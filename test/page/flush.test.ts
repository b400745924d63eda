// @vitest-environment happy-dom
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FLUSH_ENTRIES, KEEPALIVE_ENTRIES } from '../../src/contract/limits.ts'
import { createFlusher } from '../../src/page/flush.ts'
import { createOutbox } from '../../src/page/outbox.ts'
import {
  createHost,
  isAway,
  openFlusher,
  refuseAll,
  takeAll,
  toMany,
  type Answer,
} from './fake-page.ts'
import { RELAY, RUN_ID, toIds, toRunRow, toSliceRow, toStartRow } from './rows.ts'

const names = (heard: [name: string, value?: unknown][]) => heard.map(([name]) => name)

describe('drain', () => {
  it('sends what waits with its grant in the body, and the rows leave by the receipt', async () => {
    const { flusher, outbox, sent, heard } = await openFlusher(takeAll, [
      toStartRow(),
      toSliceRow(5_000),
    ])
    expect(await flusher.drain()).toBeUndefined()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      url: 'https://relay.example/v1/entries',
      credentials: 'omit',
      keepalive: false,
      body: { v: 1, grant: 'token-g1', sentAt: 1_000_000 },
    })
    expect(await outbox.waiting()).toEqual([])
    expect(heard.at(-1)).toEqual(['sync', 'saved'])
  })

  it('says nothing to the relay when nothing waits', async () => {
    const { flusher, sent, heard } = await openFlusher(takeAll, [])
    expect(await flusher.drain()).toBeUndefined()
    expect(sent).toEqual([])
    expect(heard).toEqual([])
  })

  it('puts one grant’s entries into a request, and no more than a request should have', async () => {
    const { flusher, sent } = await openFlusher(takeAll, [
      ...toMany(FLUSH_ENTRIES + 1),
      toStartRow('g2', 'leg-x'),
    ])
    await flusher.drain()
    expect(sent.map(({ body }) => [body.grant, body.entries.length]).toSorted()).toEqual([
      ['token-g1', 1],
      ['token-g1', FLUSH_ENTRIES],
      ['token-g2', 1],
    ])
  })

  it('sends nothing without a token', async () => {
    const world = createHost(takeAll)
    await world.page.outbox.write([toStartRow('g9')], RUN_ID, toRunRow())
    expect(await createFlusher(world.page).drain()).toBeUndefined()
    expect(world.sent).toEqual([])
    expect(await world.page.outbox.waiting()).toHaveLength(1)
  })

  it('does not let a refused grant hold up another’s rows, and keeps those that were refused', async () => {
    const answer: Answer = (sent) =>
      sent.body.grant === 'token-g1' ? refuseAll(sent) : takeAll(sent)
    const rows = [toStartRow('g1', 'leg-1'), toStartRow('g2', 'leg-2')]
    const { flusher, outbox, sent, heard } = await openFlusher(answer, rows)
    expect(await flusher.drain()).toBe(0)
    expect(sent).toHaveLength(2)
    expect(await outbox.waiting()).toEqual([rows[0]])
    expect(heard).toContainEqual([
      'refused',
      { type: 'refused', status: 401, code: 'grant_expired', message: 'why' },
    ])
    // Not that all is saved.
    expect(heard.filter(([name]) => name === 'sync')).toEqual([['sync', 'offline']])
  })

  it('says that this page’s grant is stale, and does not show a stale one again', async () => {
    const { flusher, outbox, sent } = await openFlusher(refuseAll, [
      toStartRow('g1'),
      toStartRow('g2', 'leg-2'),
    ])
    expect(flusher.isStale()).toBe(false)
    await flusher.drain()
    expect(flusher.isStale()).toBe(true)
    const { length } = sent
    await flusher.drain()
    await flusher.flushOut()
    expect(sent).toHaveLength(length)
    expect(await outbox.waiting()).not.toEqual([])
  })

  it('does not take another page’s stale grant for its own', async () => {
    const { flusher } = await openFlusher(refuseAll, [toStartRow('g2')])
    expect(await flusher.drain()).toBeUndefined()
    expect(flusher.isStale()).toBe(false)
  })

  it('stops its round when there is no network, and every row stays', async () => {
    const rows = [toStartRow('g1', 'leg-1'), toStartRow('g2', 'leg-2')]
    const { flusher, outbox, sent, heard } = await openFlusher(isAway, rows)
    expect(await flusher.drain()).toBe(0)
    expect(sent).toHaveLength(1)
    expect(heard).toEqual([['sync', 'offline']])
    expect(await outbox.waiting()).toHaveLength(2)
  })

  it.each([
    ['a firewall turns away', () => new Response('<h1>Forbidden</h1>', { status: 403 })],
    [
      'the relay fails at',
      () => Response.json({ error: { code: 'internal', message: '' } }, { status: 500 }),
    ],
  ])(
    'does not let a batch that %s hold up all behind it, and asks to come back',
    async (_, fail) => {
      const rows = [toSliceRow(1_000, 'g0', 'old'), ...toMany(20)]
      const answer: Answer = (sent) => (sent.body.grant === 'token-g0' ? fail() : takeAll(sent))
      const { flusher, outbox, sent } = await openFlusher(answer, rows)
      expect(await flusher.drain()).toBe(0)
      expect(sent).toHaveLength(2)
      expect(await outbox.waiting()).toEqual([rows[0]])
    },
  )

  it('passes on how long the relay wants to be left alone, and sends it nothing more', async () => {
    const busy: Answer = () =>
      Response.json({ error: { code: 'busy', message: '' }, retryAfterMs: 9_000 }, { status: 503 })
    const rows = [toStartRow('g1', 'leg-1'), toStartRow('g2', 'leg-2')]
    const { flusher, sent } = await openFlusher(busy, rows)
    expect(await flusher.drain()).toBe(9_000)
    expect(sent).toHaveLength(1)
  })

  it('does not take a captive portal’s page for a receipt', async () => {
    const { flusher, outbox, heard } = await openFlusher(
      () => new Response('<p>Accept the terms'),
      [toStartRow()],
    )
    await flusher.drain()
    expect(await outbox.waiting()).toHaveLength(1)
    expect(names(heard)).not.toContain('receipt')
  })

  it('keeps the rows that a receipt does not name', async () => {
    const half: Answer = async (sent) =>
      takeAll({ ...sent, body: { ...sent.body, entries: sent.body.entries.slice(0, 1) } })
    const { flusher, outbox } = await openFlusher(half, [toStartRow(), toSliceRow(5_000)])
    await flusher.drain()
    expect(toIds(await outbox.waiting())).toHaveLength(1)
  })
})

describe('a flush that the relay will not take as a whole', () => {
  const toFailure = (status: number) =>
    Response.json({ error: { code: 'invalid_request', message: 'why' } }, { status })
  const has = (id: string, { body }: { body: { entries: unknown[] } }) =>
    body.entries.some((entry) => (entry as { id: string }).id === id)

  it('is halved if it is too large, until the one bad row stands alone', async () => {
    const rows = toMany(20)
    const bad = rows[13]!.entry.id
    const answer: Answer = (sent) => (has(bad, sent) ? toFailure(413) : takeAll(sent))
    const { flusher, outbox, sent, heard } = await openFlusher(answer, rows)
    expect(await flusher.drain()).toBeUndefined()
    expect(await outbox.waiting()).toEqual([])
    expect(await outbox.dead()).toMatchObject([{ entry: { id: bad }, code: 'invalid_request' }])
    expect(sent.length).toBeLessThan(12)
    // The host hears of it once, as of any entry that was refused.
    const told = heard.flatMap(([name, verdicts]) =>
      name === 'receipt' ? (verdicts as { code?: string }[]).filter(({ code }) => code) : [],
    )
    expect(told).toMatchObject([{ id: bad, verdict: 'refused' }])
    expect(names(heard)).not.toContain('refused')
  })

  it('loses no row when the page dies in the middle of it', async () => {
    const rows = toMany(8)
    let answers = 0
    let release = () => {}
    const silence = new Promise<Response>((_, reject) => (release = () => reject(new Error())))
    // The lock is this process's, whoever holds it.
    onTestFinished(() => release())
    const { flusher, outbox } = await openFlusher((sent) => {
      answers += 1
      if (answers < 3) return toFailure(413)
      return answers === 3 ? takeAll(sent) : silence
    }, rows)
    void flusher.drain()
    await vi.waitUntil(() => answers === 4)
    expect(toIds(await outbox.waiting())).toEqual(toIds(rows.slice(2)))
    expect(toIds(await createOutbox(RELAY, () => undefined).waiting())).toEqual(
      toIds(rows.slice(2)),
    )
  })

  it('stops in the middle when the network goes, and keeps what no receipt has named', async () => {
    const rows = toMany(4)
    let answers = 0
    const { flusher, outbox } = await openFlusher((sent) => {
      answers += 1
      return answers === 1 ? toFailure(413) : isAway(sent)
    }, rows)
    expect(await flusher.drain()).toBe(0)
    expect(answers).toBe(2)
    expect(await outbox.waiting()).toHaveLength(4)
  })

  it.each([400, 403, 422])(
    'with %i stays as it is: the relay reads entries one by one, and so it is about none of them',
    async (status) => {
      const rows = toMany(2)
      const { flusher, outbox, sent, heard } = await openFlusher(() => toFailure(status), rows)
      await flusher.drain()
      expect(sent).toHaveLength(1)
      expect(await outbox.waiting()).toHaveLength(2)
      expect(await outbox.dead()).toEqual([])
      expect(names(heard)).toContain('refused')
    },
  )
})

describe('with other tabs', () => {
  function stubLocks(locks: unknown) {
    vi.stubGlobal('navigator', { locks })
    onTestFinished(() => void vi.unstubAllGlobals())
  }

  it('leaves sending to the tab that holds the lock', async () => {
    stubLocks({
      request: async (_: string, __: object, act: (lock: unknown) => unknown) => act(null),
    })
    const { flusher, outbox, sent } = await openFlusher(takeAll, [toStartRow()])
    expect(await flusher.drain()).toBeUndefined()
    expect(sent).toEqual([])
    expect(await outbox.waiting()).toHaveLength(1)
  })

  it.each(['freeze', 'pagehide'])(
    'lets go of the lock at %s, and what is under way goes on without it',
    async (type) => {
      let held: Promise<unknown> | undefined
      stubLocks({
        request: (_: string, __: object, act: (lock: unknown) => Promise<unknown>) =>
          (held = act({})),
      })
      let answer: ((response: Response) => void) | undefined
      const answering = new Promise<Response>((resolve) => (answer = resolve))
      const { flusher, outbox, sent } = await openFlusher(() => answering, [toStartRow()])
      const drained = flusher.drain()
      await vi.waitUntil(() => sent.length > 0)
      expect(await Promise.race([held, 'held'])).toBe('held')
      window.dispatchEvent(new Event(type))
      expect(await held).toBeUndefined()
      expect(await drained).toBeUndefined()
      answer?.(await takeAll(sent[0]!))
      await vi.waitUntil(() => outbox.own().length === 0)
    },
  )

  it.each([
    ['has no locks', undefined],
    ['forbids locks', { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }],
  ])('sends all the same where the browser %s', async (_, locks) => {
    stubLocks(locks)
    const { flusher, outbox } = await openFlusher(takeAll, [toStartRow()])
    expect(await flusher.drain()).toBeUndefined()
    expect(await outbox.waiting()).toEqual([])
  })
})

describe('flushOut', () => {
  it('sends in a way that outlives the page, without a cookie', async () => {
    const { flusher, sent } = await openFlusher(takeAll, [toStartRow()])
    await flusher.flushOut()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ keepalive: true, credentials: 'omit' })
  })

  it('does not wait for a disk: the request is under way within the same task', async () => {
    const { flusher, sent } = await openFlusher(takeAll, [toStartRow()])
    let isNextTask = false
    setImmediate(() => (isNextTask = true))
    const sending = flusher.flushOut()
    await Promise.resolve()
    await Promise.resolve()
    expect(sent).toHaveLength(1)
    expect(isNextTask).toBe(false)
    await sending
  })

  it('sends the youngest rows, which no disk may have yet, and no more than may be in flight', async () => {
    const rows = toMany(KEEPALIVE_ENTRIES + 5)
    const { flusher, outbox, sent } = await openFlusher(takeAll, rows)
    await flusher.flushOut()
    expect(sent[0]?.body.entries.map((entry) => (entry as { id: string }).id)).toEqual(
      toIds(rows.slice(-KEEPALIVE_ENTRIES)),
    )
    expect(toIds(await outbox.waiting())).toEqual(toIds(rows.slice(0, 5)))
  })

  it('sends the youngest grant’s rows if there are two', async () => {
    const { flusher, sent } = await openFlusher(takeAll, [
      toStartRow('g1', 'leg-1'),
      toStartRow('g2', 'leg-2'),
    ])
    await flusher.flushOut()
    expect(sent.map(({ body }) => body.grant)).toEqual(['token-g2'])
  })

  it('sends no other page’s rows, and none without a grant', async () => {
    const world = createHost(takeAll)
    await world.page.outbox.write([toStartRow('')], RUN_ID, toRunRow())
    await createFlusher(world.page).flushOut()
    expect(world.sent).toEqual([])
  })

  it('does not reject without a network, and keeps the rows', async () => {
    const { flusher, outbox } = await openFlusher(isAway, [toStartRow()])
    await flusher.flushOut()
    expect(outbox.own()).toHaveLength(1)
  })
})
