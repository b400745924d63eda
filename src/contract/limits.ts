/**
 * What page and relay both hold to: versions, sizes, counts, lengths, a few words. It imports nothing, so that the page
 * bundle can take it without taking zod. Every duration is in whole milliseconds, every size in characters
 * of JSON unless the name says bytes.
 */

/** The shape of entries, flushes and grants that this code writes. A relay reads every version of the last 35 days. */
export const CONTRACT_VERSION = 1

/** A slice closes at this much counted time, or at this many spans, whichever comes first. A flag's span has more to say. */
export const MAX_SLICE_MS = 60_000
export const MAX_SLICE_SPANS = 64
export const MAX_SLICE_VALUES = 4 * MAX_SLICE_SPANS

/** Idle stretches that one slice can say were work on paper. */
export const MAX_SLICE_CLAIMS = 16

/** A leg lasts as long as its page load; past this a clock is broken, not a learner patient. */
export const MAX_LEG_MS = 40 * 24 * 3_600_000
export const MAX_SLICES_PER_LEG = 100_000
export const MAX_LEGS_PER_RUN = 1_000

/** One flush, as the relay takes it. */
export const MAX_FLUSH_ENTRIES = 200
export const MAX_FLUSH_BYTES = 512_000

/** One flush, as a page sends it: so few that no entry could make it too large. */
export const FLUSH_ENTRIES = 100

/**
 * What browsers let a page leave in flight at unload is 64 KiB in all (Fetch, "HTTP-network-or-cache fetch"), and
 * Chromium 9 requests: beyond that they fail at once. 12 of the fullest slices fit, with the longest grant.
 */
export const KEEPALIVE_BYTES = 60_000
export const KEEPALIVE_REQUESTS = 9
export const KEEPALIVE_ENTRIES = 12

/** A flush that the browser keeps for a page that ends without a word: a frame of another origin has 8 KiB, address and all. */
export const LATER_CHARS = 7_500

export const MAX_ID_CHARS = 64
export const MAX_SLUG_CHARS = 120
export const MAX_NAME_CHARS = 200
export const MAX_REASON_CHARS = 24
export const MAX_QUESTIONS = 10_000
export const MAX_UNITS = 1_000
export const MAX_PCT = 100
export const MAX_XP = 10_000

/** A sitting: a grant counts time from its opening for this long, and is taken for uploads for so much longer. */
export const SITTING_MS = 12 * 3_600_000
export const UPLOAD_MS = 35 * 24 * 3_600_000

/** Timeback's subjects (Caliper OpenAPI of September 2025, and `Other` from the official SDK). Case matters. */
export const SUBJECTS = [
  'Reading',
  'Language',
  'Vocabulary',
  'Social Studies',
  'Writing',
  'Science',
  'FastMath',
  'Math',
  'None',
  'Other',
] as const

/** A slug becomes part of an address: half a character can't be written there, and dots alone would climb out of it. */
export const SLUG = /^(?!\.{1,2}$)\P{Surrogate}*$/u

/** Timeback's grades: -1 is Pre-K, 0 is K, 13 is AP (official SDK). */
export const MIN_GRADE = -1
export const MAX_GRADE = 13
