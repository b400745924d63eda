import { describe, expect, it } from 'vitest'
import { createInsist, inLanes } from '../../../../src/relay/node/course/insist.ts'
import type { Answer } from '../../../../src/timeback/answer.ts'

/** Answers in their order, and the last one again and again. */
function setUp(...answers: Answer<string>[]) {
  const waited: number[] = []
  let asked = 0
  const insist = createInsist(async (ms) => {
    waited.push(ms)
  })
  const ask = async () => {
    const answer = answers[Math.min(asked, answers.length - 1)]
    asked += 1
    return answer as Answer<string>
  }
  return { insist: () => insist(ask), waited, count: () => asked }
}

const BUSY: Answer<string> = { type: 'retry', reason: 'rate_limited', status: 429 }

describe('insist', () => {
  it('asks again after a while, and longer each time, until there is an answer', async () => {
    const { insist, waited } = setUp(BUSY, BUSY, { type: 'read', value: 'a' })
    expect(await insist()).toEqual({ type: 'found', value: 'a' })
    expect(waited).toEqual([2_000, 5_000])
  })

  it('gives up after four times, and says what was wrong and what to do', async () => {
    const { insist, waited, count } = setUp(BUSY)
    expect(await insist()).toEqual({
      type: 'failed',
      why: 'Timeback could not do it now (rate limited, 429): run the command again',
    })
    expect(count()).toBe(4)
    expect(waited).toEqual([2_000, 5_000, 15_000])
  })

  it('waits as long as Timeback asks, but not for minutes', async () => {
    const patient = setUp({ ...BUSY, retryAfterMs: 30_000 }, { type: 'read', value: 'a' })
    await patient.insist()
    expect(patient.waited).toEqual([30_000])
    const late = setUp({ ...BUSY, retryAfterMs: 600_000 })
    expect(await late.insist()).toMatchObject({ why: expect.stringContaining('again in 600 s') })
    expect(late.waited).toEqual([])
  })

  it('does not try wrong credentials twice', async () => {
    const { insist, count } = setUp({ type: 'retry', reason: 'token_refused', detail: 'refused' })
    expect(await insist()).toMatchObject({
      type: 'failed',
      why: expect.stringContaining('check TIMEBACK_CLIENT_ID'),
    })
    expect(count()).toBe(1)
  })

  it('does not try again what is refused or absent', async () => {
    for (const answer of [
      { type: 'refused', status: 422, answer: '' },
      { type: 'absent' },
    ] as const) {
      const { insist, count } = setUp(answer)
      await insist()
      expect(count()).toBe(1)
    }
  })

  it('asks each question once after four in vain, and waits again when Timeback is back', async () => {
    const vain = Array.from({ length: 17 }, () => BUSY)
    const { insist, count, waited } = setUp(...vain, { type: 'read', value: 'a' }, BUSY)
    for (let n = 0; n < 5; n += 1) await insist()
    expect(count()).toBe(4 * 4 + 1)
    await insist()
    waited.length = 0
    await insist()
    expect(waited).toHaveLength(3)
  })

  it('quotes what Timeback says, but no e-mail address in it', async () => {
    const answer = JSON.stringify({
      imsx_description: 'user ann@school.example  is unknown',
      imsx_error_details: [{ 'org.sourcedId': 'required' }],
    })
    const { insist } = setUp({ type: 'refused', status: 422, answer })
    expect(await insist()).toEqual({
      type: 'failed',
      why: 'Timeback refused it (422): user (an e-mail) is unknown [{"org.sourcedId":"required"}]',
    })
  })
})

describe('inLanes', () => {
  it('keeps the order of the results, and never has more than four under way', async () => {
    let running = 0
    let most = 0
    const results = await inLanes([...Array(20).keys()], async (n) => {
      running += 1
      most = Math.max(most, running)
      for (let turns = 0; turns < 20 - n; turns += 1) await Promise.resolve()
      running -= 1
      return n * 2
    })
    expect(results).toEqual([...Array(20).keys()].map((n) => n * 2))
    expect(most).toBe(4)
  })
})
