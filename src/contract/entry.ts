/**
 * One row of an outbox: `start`, `slice` or `end`. Its id says whose it is and is its idempotency key:
 * `runId/legId/start`, `runId/legId/7`, `runId/end`. Instants of a leg are whole milliseconds since that leg's
 * start on its page's monotonic clock. Spans are half-open `[from, to)` and leave no gap, so two neighbours never
 * share a millisecond and none is unexplained.
 */
import { z } from 'zod'
import { activitySchema } from './activity.ts'
import { resultSchema } from './result.ts'
import {
  CONTRACT_VERSION,
  MAX_ID_CHARS,
  MAX_LEG_MS,
  MAX_LEGS_PER_RUN,
  MAX_REASON_CHARS,
  MAX_SLICE_CLAIMS,
  MAX_SLICE_SPANS,
  MAX_SLICES_PER_LEG,
} from './limits.ts'

/**
 * `flag` is the host's own judgement. `suspended` is a sleeping machine and `left` a learner who has gone: neither is
 * ever counted.
 */
export const presenceSchema = z.enum([
  'active',
  'idle',
  'hidden',
  'paused',
  'suspended',
  'left',
  'flag',
])

/** What a host may say of time (Caliper, `TimeSpentMetric`); `active` and `inactive` are ours to find out. */
export const flagMetricSchema = z.enum(['waste', 'anti-pattern', 'unknown'])

/** Why, in the host's word; it becomes Timeback's `subType`. */
export const reasonSchema = z
  .string()
  .regex(/^[\w .-]+$/)
  .max(MAX_REASON_CHARS)

const legMs = z.int().min(0).max(MAX_LEG_MS)
const sliceCount = z.int().min(0).max(MAX_SLICES_PER_LEG)

/** Part of an id and of an address: no slash, and not dots alone. */
const PART = String.raw`(?!\.{1,2}(?:/|$))[\w.~-]+`
const SLICE_NUMBER = String.raw`(?:0|[1-9]\d{0,4})`
const toPattern = (...parts: string[]) => new RegExp(`^${parts.join('/')}$`)

/** Any unique string will do for a run (a UUID by default), but it has to survive in an address and in an id. */
export const runIdSchema = z.string().regex(toPattern(PART)).max(MAX_ID_CHARS)
const legIdSchema = runIdSchema

/**
 * `[presence, from, to, since]`: since is where that presence began, maybe in an earlier slice, so that each piece
 * can be measured alone. A flag says besides what the host takes the time for, and why it does if it says so.
 */
export const spanSchema = z
  .tuple([
    presenceSchema,
    legMs,
    legMs,
    legMs,
    flagMetricSchema.optional(),
    reasonSchema.optional(),
  ])
  .readonly()
  .superRefine(([presence, from, to, since, metric], context) => {
    const wrong = (index: number, message: string, code = 'field_range') =>
      context.addIssue({ code: 'custom', path: [index], message, params: { code } })
    if (to <= from) wrong(2, 'a span ends after it begins')
    if (since > from) wrong(3, 'a presence began no later than its span')
    if (presence === 'flag' && !metric) wrong(4, 'a flag says what the time is taken for')
    if (presence !== 'flag' && metric) wrong(4, 'only a flag says more', 'field_unknown')
  })

/** `[from, to)` of an idle stretch during which, says the learner, they worked on paper. */
const onPaperSchema = z
  .tuple([legMs, legMs])
  .readonly()
  .superRefine(([from, to], context) => {
    if (to > from) return
    const message = 'a stretch ends after it begins'
    context.addIssue({ code: 'custom', path: [1], message, params: { code: 'field_range' } })
  })

const spansSchema = z
  .array(spanSchema)
  .min(1)
  .max(MAX_SLICE_SPANS)
  .readonly()
  .superRefine((spans, context) => {
    const gap = spans.findIndex((span, index) => index > 0 && span[1] !== spans[index - 1]?.[2])
    if (gap < 0) return
    context.addIssue({
      code: 'custom',
      path: [gap, 1],
      message: 'a span begins where the one before it ended',
      params: { code: 'field_range' },
    })
  })

const version = z.literal(CONTRACT_VERSION)

/** Opens a leg. `wallAt` is epoch ms by the page's clock, `monoAt` its `performance.now()`, both at the leg's 0. */
export const startSchema = z.strictObject({
  v: version,
  type: z.literal('start'),
  id: z
    .string()
    .regex(toPattern(PART, PART, 'start'))
    .max(3 * MAX_ID_CHARS),
  activity: activitySchema,
  wallAt: z.int().min(0),
  monoAt: z.int().min(0),
})

/**
 * A numbered part of a leg, from 0. A later copy of it contains the earlier one; `to` of its last span is its reach.
 * `onPaper` may name time of earlier slices: the learner says so only when they are back.
 */
export const sliceSchema = z.strictObject({
  v: version,
  type: z.literal('slice'),
  id: z
    .string()
    .regex(toPattern(PART, PART, SLICE_NUMBER))
    .max(3 * MAX_ID_CHARS),
  spans: spansSchema,
  onPaper: z.array(onPaperSchema).min(1).max(MAX_SLICE_CLAIMS).readonly().exactOptional(),
})

/**
 * Completes a run. `at` is when, in the leg that wrote it; `legs` says how many slices each leg has that its page knew
 * of and how far it reaches, so that the relay can tell what is missing.
 */
export const endSchema = z.strictObject({
  v: version,
  type: z.literal('end'),
  id: z
    .string()
    .regex(toPattern(PART, 'end'))
    .max(2 * MAX_ID_CHARS),
  legId: legIdSchema,
  at: legMs,
  result: resultSchema,
  legs: z
    .record(legIdSchema, z.strictObject({ slices: sliceCount, reach: legMs }))
    .refine((legs) => Object.keys(legs).length <= MAX_LEGS_PER_RUN, 'too many legs'),
})

export const entrySchema = z.discriminatedUnion('type', [startSchema, sliceSchema, endSchema])

export type Presence = z.infer<typeof presenceSchema>
export type FlagMetric = z.infer<typeof flagMetricSchema>
export type Span = z.infer<typeof spanSchema>
export type OnPaper = z.infer<typeof onPaperSchema>
export type StartEntry = z.infer<typeof startSchema>
export type SliceEntry = z.infer<typeof sliceSchema>
export type EndEntry = z.infer<typeof endSchema>
export type Entry = z.infer<typeof entrySchema>
