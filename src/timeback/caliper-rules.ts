/**
 * Rules of the Caliper schema that a type cannot say: the form of ids and times, and what several keys must agree on.
 * Each is a test of one value, or a zod refinement that adds an issue at the very place; none of them changes a value.
 *
 * Source: Timeback Caliper OpenAPI (July and September 2025), official Python SDK 0.4. "Ours" marks what is stricter.
 */
import type { z } from 'zod'

/** Deep enough for any extension we know of; a cycle ends here, too. */
const MAX_DEPTH = 16

// RFC 3986, characters and percent-encoding only: `new URL` would forgive a space or a quote.
const ABSOLUTE_URI = /^[a-z][a-z\d+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})+$/i
const URN_UUID_V4 = /^urn:uuid:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

type Items = { type: string; value: number }[]

export function isAbsoluteUri(text: string): boolean {
  return ABSOLUTE_URI.test(text) && URL.canParse(text)
}

export function isHttpUrl(text: string): boolean {
  return /^https?:/i.test(text) && isAbsoluteUri(text)
}

/** Published is only the prefix `urn:uuid:`. Ours: version 4, lower case, so that one event has one spelling. */
export function isEventUrn(text: string): boolean {
  return URN_UUID_V4.test(text)
}

/** Exactly `YYYY-MM-DDTHH:mm:ss.sssZ`, on a day that exists: other precisions and offsets were refused in the field. */
export function isInstant(text: string): boolean {
  const at = Date.parse(text)
  return text.length === 24 && !Number.isNaN(at) && new Date(at).toISOString() === text
}

/** `null` gives 400 at any depth; what JSON cannot carry would silently be sent as null, or not at all. */
export function refuseUnsendable(free: Record<string, unknown>, context: z.RefinementCtx): void {
  const visit = (value: unknown, path: PropertyKey[]): void => {
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return
    if (typeof value !== 'object' || value === null || path.length > MAX_DEPTH) {
      refuse(context, path, 'must be plain JSON, and not null')
      return
    }
    for (const [key, item] of Object.entries(value)) visit(item, [...path, key])
  }
  visit(free, [])
}

/** Ours: two items of one type appear in no published example, and nobody says whether they would be added up. */
export function refuseRepeatedTypes(items: { type: string }[], context: z.RefinementCtx): void {
  for (const [index, { type }] of items.entries()) {
    const first = items.findIndex((item) => item.type === type)
    if (first < index) refuse(context, [index, 'type'], `a second ${type}`)
  }
}

/** Both question counts or neither, and not more right than asked (official SDK). Ours: counts are whole. */
export function refuseBadCounts(items: Items, context: z.RefinementCtx): void {
  for (const [index, { type, value }] of items.entries()) {
    if (type !== 'xpEarned' && !Number.isInteger(value)) {
      refuse(context, [index, 'value'], `${type} must be a whole number`)
    }
  }
  const total = items.find(({ type }) => type === 'totalQuestions')
  const correct = items.find(({ type }) => type === 'correctQuestions')
  if (!total && !correct) return
  if (!total || !correct) {
    refuse(context, [], 'totalQuestions and correctQuestions go together: both or neither')
  } else if (correct.value > total.value) {
    refuse(context, [items.indexOf(correct), 'value'], 'more correctQuestions than totalQuestions')
  }
}

/** A completion without XP is one that the official SDK cannot send. */
export function refuseMissingXp(items: Items, context: z.RefinementCtx): void {
  if (!items.some(({ type }) => type === 'xpEarned')) refuse(context, [], 'xpEarned is missing')
}

/** Course progress in percent. One SDK test holds 0.85; all documents say 0 to 100. */
export function refuseBadProgress(free: Record<string, unknown>, context: z.RefinementCtx): void {
  const percent = free.pctCompleteApp
  if (percent === undefined) return
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) {
    refuse(context, ['pctCompleteApp'], 'must be a number from 0 to 100')
  }
}

/** No server de-duplication is documented: one event twice in an envelope may count twice. */
export function refuseRepeatedIds(events: { id: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>()
  for (const [index, { id }] of events.entries()) {
    if (seen.has(id)) refuse(context, [index, 'id'], 'the same event twice')
    seen.add(id)
  }
}

function refuse(context: z.RefinementCtx, path: PropertyKey[], message: string): void {
  context.addIssue({ code: 'custom', path, message })
}
