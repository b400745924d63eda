/** What a fault is: the kind of request it waits for, and what the client gets instead of its answer. */
import { z } from 'zod'

const faultSchema = z
  .strictObject({
    /**
     * `token` is the token endpoint, `event` a send (not a validation), `read` the events and the jobs, `roster` OneRoster
     * rostering and resources; the others are a service each.
     */
    on: z.enum(['token', 'event', 'read', 'roster', 'gradebook', 'edubridge', 'powerpath']),
    count: z.int().min(1).default(1),
    status: z.int().min(400).max(599).optional(),
    retryAfterSeconds: z.int().min(0).optional(),
    /** Waits before whatever is answered; by itself, a slow right answer. */
    delayMs: z.int().min(0).optional(),
    /** The connection breaks instead of an answer. */
    lostAnswer: z.literal(true).optional(),
    /** 200 with a page of HTML, as a proxy or a sign-in page gives. */
    html: z.literal(true).optional(),
    /** Work the request through although its answer is spoilt; if left out, only behind a lost answer. */
    processed: z.boolean().optional(),
  })
  .superRefine((fault, context) => {
    const { status, lostAnswer, html, delayMs, retryAfterSeconds, processed } = fault
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })

    const spoilt = [status, lostAnswer, html].filter((value) => value !== undefined).length
    if (spoilt > 1) wrong('status', 'only one of status, lostAnswer and html')
    if (spoilt === 0 && delayMs === undefined) {
      wrong('status', 'one of status, lostAnswer, html and delayMs is needed')
    }
    if (spoilt === 0 && processed === false) wrong('processed', 'a slow answer is a true one')
    if (status === undefined && retryAfterSeconds !== undefined) {
      wrong('retryAfterSeconds', 'needs a status')
    }
  })

/** As it is asked for; `count` is 1 where it is left out. */
export type Fault = z.input<typeof faultSchema>
export type ArmedFault = z.output<typeof faultSchema>

export interface FaultError {
  path: string
  message: string
}

export type ParsedFault = { ok: true; fault: ArmedFault } | { ok: false; errors: FaultError[] }

/** Turns what was asked for into a fault, or says what is wrong with it. */
export function parseFault(value: unknown): ParsedFault {
  const result = faultSchema.safeParse(value)
  if (result.success) return { ok: true, fault: result.data }
  const errors = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return { ok: false, errors }
}
