import { describe, expect, it } from 'vitest'
import { createOneRoster } from '../../src/timeback/oneroster.ts'
import { toBroken } from './answers.ts'
import { createService, toFailure, type Call } from './service.ts'

const toRows = (...ids: number[]) => ids.map((id) => ({ sourcedId: `c${id}` }))
const toPage = (ids: number[], totalCount?: number) => () =>
  Response.json({ courses: toRows(...ids), ...(totalCount === undefined ? {} : { totalCount }) })

async function list(...answers: ((call: Call) => Response)[]) {
  const { calls, options, platform } = createService(...answers)
  const answer = await createOneRoster(options, platform).listCourses()
  return {
    answer,
    ids: answer.type === 'read' ? answer.value.map(({ sourcedId }) => sourcedId) : undefined,
    offsets: calls.map(({ query }) => query.offset),
    calls,
  }
}

describe('a list', () => {
  it('asks once if all rows are on the first page', async () => {
    const { ids, calls } = await list(toPage([1, 2], 2))
    expect(ids).toEqual(['c1', 'c2'])
    expect(calls).toMatchObject([{ query: { limit: '100', offset: '0' } }])
  })

  it('asks once if there are none', async () => {
    const { ids, calls } = await list(toPage([], 0))
    expect(ids).toEqual([])
    expect(calls).toHaveLength(1)
  })

  it.each([{ totalCount: 0 }, {}])('has no rows where they are null: %j', async (rest) => {
    const { ids, calls } = await list(() => Response.json({ courses: null, ...rest }))
    expect(ids).toEqual([])
    expect(calls).toHaveLength(1)
  })

  it.each([
    ['null where some are counted', () => Response.json({ courses: null, totalCount: 2 })],
    ['left out', () => Response.json({ totalCount: 0 })],
    ['in no body', () => new Response(null)],
  ])('is not read where its rows are %s', async (_, page) => {
    const { answer } = await list(page)
    expect(answer).toMatchObject({ type: 'retry', reason: 'unreadable' })
  })

  it('goes on until there are as many rows as the server counts', async () => {
    const { ids, offsets } = await list(toPage([1, 2], 5), toPage([3, 4], 5), toPage([5], 5))
    expect(ids).toEqual(['c1', 'c2', 'c3', 'c4', 'c5'])
    expect(offsets).toEqual(['0', '2', '4'])
  })

  it('does not end at a short page', async () => {
    const { ids } = await list(toPage([1], 4), toPage([2, 3, 4], 4))
    expect(ids).toEqual(['c1', 'c2', 'c3', 'c4'])
  })

  it('ends where rows that are hidden from the client come to the count', async () => {
    const { ids, calls } = await list(toPage([1, 2], 9), toPage([], 9))
    expect(ids).toEqual(['c1', 'c2'])
    expect(calls).toHaveLength(2)
  })

  /** Pages of a list in which only some rows are the client's, cut before the others are taken out. */
  const listHidden = (length: number, ...shown: number[]) => {
    return list(({ query: { offset, limit } }) => {
      const isOn = (n: number) => n >= Number(offset) && n < Number(offset) + Number(limit)
      return toPage(shown.filter(isOn), length)()
    })
  }

  it.each([
    ['before the only one of the client’s', 3, [2]],
    ['between two', 120, [0, 110]],
    ['on a whole page', 250, [0, 240]],
    ['on the whole first page', 150, [120]],
    ['everywhere', 250, []],
  ])('is whole where rows are hidden %s', async (_, length, shown) => {
    const { ids, calls } = await listHidden(length, ...shown)
    expect(ids).toEqual(shown.map((n) => `c${n}`))
    expect(calls.length).toBeLessThan(6)
  })

  it('ends at an empty page if nothing is counted', async () => {
    const { ids } = await list(toPage([1]), toPage([2]), toPage([]))
    expect(ids).toEqual(['c1', 'c2'])
  })

  it('keeps one of each where pages overlap', async () => {
    const { ids } = await list(toPage([1, 2], 4), toPage([2, 3], 4))
    expect(ids).toEqual(['c1', 'c2', 'c3'])
  })

  it('is whole where a server without paging and without a count repeats itself', async () => {
    const { ids, calls } = await list(toPage([1, 2]))
    expect(ids).toEqual(['c1', 'c2'])
    expect(calls).toHaveLength(2)
  })

  it('is not taken for whole where the same page comes for ever though there are more', async () => {
    const full = Array.from({ length: 100 }, (_, n) => n)
    const { answer, calls } = await list(toPage(full, 250))
    expect(answer).toEqual({
      type: 'retry',
      reason: 'unreadable',
      detail: 'a list without an end',
    })
    expect(calls).toHaveLength(2)
  })

  it('is not asked for without an end', async () => {
    let next = 0
    const { answer } = await list(() => toPage(Array.from({ length: 3_000 }, () => (next += 1)))())
    expect(answer).toMatchObject({ type: 'retry', detail: 'a list without an end' })
    expect(next).toBeLessThan(200_000)
  })

  it.each([
    ['a 503', () => toFailure(503, 'server_busy'), { type: 'retry', status: 503 }],
    ['a 403', () => toFailure(403, 'forbidden'), { type: 'refused', status: 403 }],
    ['JSON that breaks off', () => toBroken('{"courses":[{'), { reason: 'unreadable' }],
    ['a row without an id', () => Response.json({ courses: [{}] }), { reason: 'unreadable' }],
  ])('is nothing if its second page is %s, and no shorter list', async (_, second, outcome) => {
    const { answer } = await list(toPage([1], 3), second)
    expect(answer).toMatchObject(outcome)
    expect(answer).not.toHaveProperty('value')
  })
})
