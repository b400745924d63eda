/**
 * What Timeback's documents leave open or contradict, as far as reading and validating can tell; nothing is stored for
 * it. What needs a stored event, such as whether XP is counted with `process: false`, is not asked here.
 */
import type { CaliperClient } from '../../../timeback/caliper-client.ts'
import type { EduBridgeClient } from '../../../timeback/edubridge.ts'
import type { Finding } from './finding.ts'
import { toVerdict } from './probe-caliper.ts'
import type { Sample } from './sample.ts'

interface Question {
  name: string
  asks: string
  change: (sample: Sample, newId: () => string) => object
}

const DAY_MS = 86_400_000
const MANY_EVENTS = 100

const QUESTIONS: Question[] = [
  {
    name: 'subject-other',
    asks: 'the subject Other',
    change: (sample) =>
      eachEvent(sample, (event) => ({ ...event, object: { ...event.object, subject: 'Other' } })),
  },
  {
    name: 'negative-xp',
    asks: 'negative XP, as a correction',
    change: ({ data: [activity, time], ...rest }) => ({
      ...rest,
      data: [{ ...activity, generated: { ...activity.generated, items: [NEGATIVE_XP] } }, time],
    }),
  },
  {
    name: 'future-time',
    asks: 'an eventTime of tomorrow',
    change: (sample) =>
      withTimes(sample, (time) => new Date(Date.parse(time) + DAY_MS).toISOString()),
  },
  {
    name: 'time-seconds',
    asks: 'times in whole seconds',
    change: (sample) => withTimes(sample, (time) => time.replace(/\.\d+Z$/, 'Z')),
  },
  {
    name: 'time-microseconds',
    asks: 'times in microseconds',
    change: (sample) => withTimes(sample, (time) => time.replace(/Z$/, '000Z')),
  },
  {
    name: 'time-offset',
    asks: 'times with an offset in place of Z',
    change: (sample) => withTimes(sample, (time) => time.replace(/Z$/, '+00:00')),
  },
  {
    name: 'same-id-twice',
    asks: 'the same event twice in an envelope',
    change: (sample) => ({ ...sample, data: [...sample.data, sample.data[1]] }),
  },
  {
    name: 'many-events',
    asks: `${MANY_EVENTS} events in an envelope`,
    change: (sample, newId) => ({
      ...sample,
      data: Array.from({ length: MANY_EVENTS }, () => ({
        ...sample.data[1],
        id: `urn:uuid:${newId()}`,
      })),
    }),
  },
]

const NEGATIVE_XP = { type: 'xpEarned', value: -1 }

/** One after the other: a client is only good for a few requests at once. */
export async function* askCaliper(
  caliper: CaliperClient,
  sample: Sample,
  newId: () => string,
): AsyncGenerator<Finding> {
  for (const { name, asks, change } of QUESTIONS) {
    const outcome = await caliper.validate(JSON.stringify(change(sample, newId)))
    yield { name: `open:${name}`, state: 'found', found: `${asks}: ${toVerdict(outcome)}` }
  }
}

/** Whether XP in the facts comes from Caliper events, from results, or from both: of a learner who has worked. */
export async function askFacts(
  eduBridge: EduBridgeClient,
  studentId: string,
  { today, timezone }: { today: string; timezone: string },
): Promise<Finding> {
  const week = await eduBridge.readWeek({ studentId, date: today, timezone })
  const found = (what: string): Finding => ({
    name: 'open:facts-source',
    state: 'found',
    found: `what the week's facts are made from: ${what}`,
  })
  if (week.type !== 'read') return found(`no answer to read (${week.type})`)
  if (week.value.length === 0) return found('none of this learner this week')
  const count = (prefix: string) =>
    week.value.filter(({ source }) => source?.startsWith(prefix)).length
  const results = count('oneroster:assessment_result:')
  const events = count('caliper:event:')
  const others = week.value.length - results - events
  return found(`${results} rows of results, ${events} of Caliper events, ${others} of neither`)
}

type Event = Sample['data'][number]

function eachEvent({ data, ...rest }: Sample, change: (event: Event) => object): object {
  return { ...rest, data: data.map(change) }
}

function withTimes(sample: Sample, change: (time: string) => string): object {
  const changed = eachEvent(sample, (event) => ({ ...event, eventTime: change(event.eventTime) }))
  return { ...changed, sendTime: change(sample.sendTime) }
}
