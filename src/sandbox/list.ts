/**
 * The query of `GET /caliper/events` and the page it selects. Paging is always kept; one integrator saw the real
 * server ignore the filters, so they are a switch.
 */
import { z } from 'zod'
import { isPlainObject } from './values.ts'
import type { StoredEvent } from './store.ts'

export type ListFilters = 'honoured' | 'ignored'

export interface ListPage {
  events: readonly StoredEvent[]
  pagination: { total: number; totalPages: number; currentPage: number; limit: number }
}

/** The official SDK's page size; the server's own default is not documented. */
const DEFAULT_LIMIT = 100

const instant = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)), 'Invalid date')
  .transform((value) => Date.parse(value))

const querySchema = z.object({
  limit: z.coerce.number().int().min(1).default(DEFAULT_LIMIT),
  offset: z.coerce.number().int().min(0).default(0),
  sensor: z.string().optional(),
  startDate: instant.optional(),
  endDate: instant.optional(),
  actorId: z.string().optional(),
  actorEmail: z.string().optional(),
})

export type ListQuery = z.infer<typeof querySchema>

/** Reads the query parameters; the text says what is wrong with them. Source: Timeback Caliper OpenAPI. */
export function readListQuery(
  parameters: Readonly<Record<string, string>>,
): { ok: true; query: ListQuery } | { ok: false; message: string } {
  const result = querySchema.safeParse(parameters)
  if (result.success) return { ok: true, query: result.data }
  const messages = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { ok: false, message: messages.join('; ') }
}

/** Oldest first. Both dates are bounds of `eventTime` and belong to the range. */
export function selectPage(
  events: readonly StoredEvent[],
  query: ListQuery,
  filters: ListFilters,
): ListPage {
  const { limit, offset } = query
  const kept = filters === 'honoured' ? events.filter((event) => matches(event, query)) : events
  const pagination = {
    total: kept.length,
    totalPages: Math.ceil(kept.length / limit),
    currentPage: Math.floor(offset / limit) + 1,
    limit,
  }
  return { events: kept.slice(offset, offset + limit), pagination }
}

function matches(event: StoredEvent, query: ListQuery): boolean {
  const { sensor, startDate = -Infinity, endDate = Infinity, actorId, actorEmail } = query
  const { id, email } = isPlainObject(event.actor)
    ? event.actor
    : { id: event.actor, email: undefined }
  const at = Date.parse(event.eventTime)
  return (
    (sensor === undefined || sensor === event.sensor) &&
    (actorId === undefined || actorId === id) &&
    (actorEmail === undefined || actorEmail === email) &&
    at >= startDate &&
    at <= endDate
  )
}
