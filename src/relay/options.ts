/** What an operator has to say and what they may say, checked once at the start. */
import { z } from 'zod'
import { DEFAULT_POLICY } from '../core/measure.ts'
import { courseEntrySchema } from './courses.ts'

const isOrigin = (text: string) => URL.canParse(text) && new URL(text).origin === text

const ms = z.int().min(0)
const msOrNever = z.union([ms, z.literal('never')])

export const relayOptionsSchema = z.object({
  /** Signs grants; at least 32 characters, the same on every relay that shares a database. */
  secret: z.string().min(32, 'needs at least 32 characters, e.g. from `openssl rand -base64 32`'),
  /** Your app's absolute URL: Caliper's sensor, and what the ids of your activities begin with. */
  sensor: z.url({ protocol: /^https?$/ }),
  /** Your app, as Timeback shows it. */
  app: z.object({ name: z.string().min(1), id: z.url().exactOptional() }),
  courses: z.array(courseEntrySchema).min(1, 'needs at least one course'),
  timeback: z.object({
    environment: z.enum(['staging', 'production', 'local']),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    /** Any address that is not the environment's own. */
    endpoints: z
      .object({
        tokenUrl: z.url().exactOptional(),
        apiUrl: z.url().exactOptional(),
        caliperUrl: z.url().exactOptional(),
        qtiUrl: z.url().exactOptional(),
      })
      .exactOptional(),
    /** Lets the subject `Other` go out; some servers refuse it. */
    allowOther: z.boolean().default(false),
  }),
  /** Origins whose pages may use the relay, such as `https://school.example`. Its own always may. */
  origins: z
    .array(z.string().refine(isOrigin, 'is an origin: a scheme and a host, and nothing after it'))
    .default([]),
  /** Lets servers of yours read any run. May be `undefined`, as a variable that is not set. */
  apiKey: z.string().min(16).optional(),
  rules: z
    .object({
      idleAfterMs: ms.min(1_000).default(60_000),
      /** The most that a page may ask for; by default no more than `idleAfterMs`. */
      maxIdleAfterMs: ms.optional(),
      flushEveryMs: ms.min(1_000).default(15_000),
    })
    .prefault({}),
  policy: z
    .object({
      idleWasteAfterMs: msOrNever.default(DEFAULT_POLICY.idleWasteAfterMs),
      hiddenWasteAfterMs: msOrNever.default(DEFAULT_POLICY.hiddenWasteAfterMs),
    })
    .prefault({}),
  /** A run without news for so long has its time told. */
  leaseMs: ms.default(900_000),
  /** A completed run waits so long for slices that are known to be missing. */
  gapMs: ms.default(60_000),
})

export type RelaySettings = z.input<typeof relayOptionsSchema>
export type ReadSettings = z.output<typeof relayOptionsSchema>

/** Throws a TypeError that names each setting that is wrong or missing; `toName` says how its reader calls it. */
export function readSettings(
  settings: RelaySettings,
  toName = (path: string): string => path,
): ReadSettings {
  const read = relayOptionsSchema.safeParse(settings)
  if (read.success) return read.data
  const lines = read.error.issues.map(
    ({ path, message }) => `  ${toName(path.join('.'))}: ${message}`,
  )
  throw new TypeError(`The relay's options are not right:\n${lines.join('\n')}`)
}
