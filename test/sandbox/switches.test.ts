import { describe, expect, it } from 'vitest'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import {
  createActivityEvent,
  createEnvelope,
  createMetrics,
  createObject,
  createTimeSpent,
  createTimeSpentEvent,
  dropAt,
} from './payloads.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { ErrorEntry } from './client.ts'

async function pathsOf(options: SandboxOptions, event: unknown): Promise<string[]> {
  const { send } = await connect(createSandbox(options))
  const response = await send(createEnvelope(event))
  if (response.ok) return []
  const { errors }: { errors: ErrorEntry[] } = await response.json()
  return errors.map(({ path }) => path)
}

async function answerIn(reply: NonNullable<SandboxOptions['reply']>) {
  const { send } = await connect(createSandbox({ reply }))
  const response = await send(createEnvelope(createTimeSpentEvent()))
  return { status: response.status, text: await response.text() }
}

describe('what the documents leave open is a switch', () => {
  it('takes the subject Other only if told to', async () => {
    const event = createActivityEvent({ object: createObject({ subject: 'Other' }) })
    expect(await pathsOf({}, event)).toEqual(['data.0.object.subject'])
    expect(await pathsOf({ otherSubject: 'accept' }, event)).toEqual([])
  })

  it('takes a correction by negative XP only if told to', async () => {
    const generated = createMetrics([{ type: 'xpEarned', value: -5 }])
    const event = createActivityEvent({ generated })
    expect(await pathsOf({}, event)).toEqual(['data.0.generated.items.0.value'])
    expect(await pathsOf({ negativeValues: 'accept' }, event)).toEqual([])
  })

  it('never takes negative time', async () => {
    const generated = createTimeSpent([{ type: 'active', value: -5 }])
    const event = createTimeSpentEvent({ generated })
    expect(await pathsOf({ negativeValues: 'accept' }, event)).toEqual([
      'data.0.generated.items.0.value',
    ])
  })

  it.each(['2026-01-27T10:03:00Z', '2026-01-27T10:03:00.00Z', '2026-01-27T10:03:00.000000+00:00'])(
    'takes the time %s only if told to',
    async (eventTime) => {
      const event = createTimeSpentEvent({ eventTime })
      expect(await pathsOf({}, event)).toEqual(['data.0.eventTime'])
      expect(await pathsOf({ strictTimes: false }, event)).toEqual([])
    },
  )

  it('never takes a time without a zone', async () => {
    const event = createTimeSpentEvent({ eventTime: '2026-01-27T10:03:00.000' })
    expect(await pathsOf({ strictTimes: false }, event)).toEqual(['data.0.eventTime'])
  })

  it('misses the context only if told to, as the official examples leave it out', async () => {
    const event = createTimeSpentEvent()
    dropAt(event, '@context')
    expect(await pathsOf({}, event)).toEqual([])
    expect(await pathsOf({ missingContext: 'refuse' }, event)).toEqual(['data.0.@context'])
  })
})

describe('a successful send is answered as asked', () => {
  it.each([
    ['status', 200, { status: 'success', message: 'Events accepted', errors: null }],
    ['jobId', 200, { jobId: '1', eventsAccepted: 1 }],
    ['data.jobId', 200, { data: { jobId: '1' } }],
    ['201', 201, { status: 'success', message: 'Events accepted', errors: null }],
  ] as const)('%s', async (reply, status, body) => {
    const answer = await answerIn(reply)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toEqual(body)
  })

  it('204, with no body', async () => {
    expect(await answerIn('204')).toEqual({ status: 204, text: '' })
  })
})
