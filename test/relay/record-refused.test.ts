import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import { FRACTIONS, HOUR, MINUTE, MONDAY } from './entries.ts'
import { countRuns, NINE, OF_ADA, openMet, openWorked, refuse } from './recorded-run.ts'
import { API_KEY, post, readFailure, readReport, type World } from './relay-world.ts'
import { readCompletions } from './told-view.ts'

describe('what can’t be recorded', () => {
  const time = { startedAt: MONDAY - MINUTE, endedAt: MONDAY, activeMs: MINUTE }
  const noActivity = { id: '', name: 'x', course: FRACTIONS.course } as Activity

  it.each([
    ['a run that nobody knows', { runId: 'x', result: NINE }, 404, 'run_unknown', undefined],
    [
      'a learner without an activity',
      { learner: 'ada', result: NINE },
      404,
      'run_unknown',
      undefined,
    ],
    [
      'an activity without a learner',
      { activity: FRACTIONS, result: NINE },
      404,
      'run_unknown',
      undefined,
    ],
    [
      'a learner whom nobody met',
      { ...OF_ADA, learner: 'eve', result: NINE },
      404,
      'learner_unmet',
      'learner',
    ],
    ['no result', { ...OF_ADA }, 400, 'invalid_request', 'result'],
    [
      'more right than asked',
      { ...OF_ADA, result: { totalQuestions: 1, correctQuestions: 2 } },
      400,
      'invalid_request',
      'result.correctQuestions',
    ],
    [
      'an activity without an id',
      { learner: 'ada', activity: noActivity, result: NINE },
      400,
      'invalid_request',
      'activity.id',
    ],
    [
      'a word that nobody knows',
      { ...OF_ADA, result: NINE, score: 9 },
      400,
      'invalid_request',
      'score',
    ],
    [
      'more active than there was time',
      { ...OF_ADA, result: NINE, time: { ...time, activeMs: MINUTE + 1 } },
      400,
      'invalid_request',
      'time.activeMs',
    ],
    [
      'a time that ends before it begins',
      { ...OF_ADA, result: NINE, time: { startedAt: MONDAY, endedAt: MONDAY - 1, activeMs: 0 } },
      400,
      'invalid_request',
      'time.activeMs',
    ],
    [
      'a time that is yet to come',
      { ...OF_ADA, result: NINE, time: { ...time, endedAt: MONDAY + HOUR } },
      400,
      'invalid_request',
      'time.endedAt',
    ],
    [
      'a time of years',
      { ...OF_ADA, result: NINE, time: { ...time, startedAt: 0 } },
      400,
      'invalid_request',
      'time.endedAt',
    ],
  ])('is %s', async (_, given, status, code, path) => {
    const { world } = await openMet()
    expect(await refuse(world, given)).toEqual({ status, code, path })
    expect(await countRuns(world)).toBe(0)
    await world.run(HOUR)
    expect(world.sends()).toEqual([])
  })
})

describe('POST /v1/runs/{id}/result', () => {
  const authorization = `Bearer ${API_KEY}`
  const send = (world: World, body: unknown, headers = { authorization }) =>
    post(world.relay, '/v1/runs/r/result', body, headers)

  it('records by the operator’s key, as the host’s own process does', async () => {
    const { world } = await openWorked()
    const answer = await send(world, { result: NINE })
    expect([answer.status, await answer.json()]).toEqual([200, { runId: 'r', verdict: 'stored' }])
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toMatchObject([{ values: { correctQuestions: 9 } }])
  })

  it('makes the run that it names where there is none', async () => {
    const { world } = await openMet()
    expect((await send(world, { ...OF_ADA, result: NINE })).status).toBe(200)
    await world.run(MINUTE)
    expect(readCompletions(world)).toMatchObject([{ run: 'r' }])
  })

  it('takes the run from the address, whatever the body says', async () => {
    const { world } = await openWorked()
    expect(await (await send(world, { runId: 'other', result: NINE })).json()).toMatchObject({
      runId: 'r',
    })
  })

  it('passes on each refusal with its code and its path', async () => {
    const { world } = await openWorked()
    const [status, failure] = await readFailure(
      await send(world, { result: { totalQuestions: 1 } }),
    )
    expect([status, failure]).toMatchObject([
      400,
      { code: 'invalid_request', path: 'result.correctQuestions' },
    ])
    expect(await readFailure(await send(world, 'not JSON'))).toMatchObject([
      400,
      { code: 'not_json' },
    ])
  })

  it('is closed to pages: neither a reading token nor a grant will do', async () => {
    const { world, page } = await openWorked()
    for (const token of [page.grant.token, page.grant.reading.token, 'x', API_KEY.slice(1)]) {
      const answer = await send(world, { result: NINE }, { authorization: `Bearer ${token}` })
      expect(await readFailure(answer)).toMatchObject([401, { code: 'not_allowed' }])
    }
    expect(await readReport(world, 'r')).toMatchObject({ result: null })
  })

  it('is closed altogether without a key', async () => {
    const { world } = await openWorked({ apiKey: undefined })
    const answer = await send(world, { result: NINE })
    expect(await readFailure(answer)).toMatchObject([401, { code: 'not_allowed' }])
  })
})
