/**
 * A ticket: the word of a host's server that a learner is theirs, for one page, once. It comes from `POST /v1/tickets`,
 * where it is opaque, or is a JWT that the host signs (RFC 7519).
 */
import { z } from 'zod'
import { thresholdSchema } from './grant.ts'

/** How long a ticket is good for, unless its host says otherwise; and the longest that it may say. */
export const TICKET_LIFE_MS = 5 * 60_000
export const MAX_TICKET_LIFE_MS = 24 * 3_600_000

export const roleSchema = z.enum(['student', 'teacher', 'admin', 'guide'])

export const ticketLearnerSchema = z.object({
  /** The OneRoster user; a relay that can look people up does without. */
  sourcedId: z.string().min(1).max(200).optional(),
  /** By which Timeback finds them. */
  email: z.email(),
  /** Time is told for students only; who is none gets a preview. */
  role: roleSchema.default('student'),
  /** Longer until idle, for who needs it. May be `undefined`: a learner of whom nothing is said. */
  accommodations: z.strictObject({ idleAfterMs: thresholdSchema.optional() }).optional(),
})

/** Asks for a ticket: `POST /v1/tickets`, with the API key as a bearer token. */
export const ticketRequestSchema = z.strictObject({
  learner: ticketLearnerSchema,
  lifeMs: z.int().min(1_000).max(MAX_TICKET_LIFE_MS).default(TICKET_LIFE_MS),
})

/** Its answer; `expiresAt` is epoch ms. */
export interface IssuedTicket {
  ticket: string
  expiresAt: number
}

/** What a signed ticket says beside `iss`, `aud`, `exp` and `jti`. */
export const ticketClaimsSchema = z.object({
  iss: z.string(),
  jti: z.string().min(1).max(200),
  exp: z.number(),
  learner: ticketLearnerSchema,
})

export type TicketLearner = z.input<typeof ticketLearnerSchema>
export type TicketClaims = z.output<typeof ticketClaimsSchema>
