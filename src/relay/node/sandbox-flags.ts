/** The flags of `stint sandbox`: how Timeback's stand-in behaves where Timeback's documents leave it open. */
import { z } from 'zod'
import type { SandboxOptions } from '../../sandbox/sandbox.ts'

/** For `parseArgs`. */
export const SANDBOX_FLAGS = {
  'read-lag-ms': { type: 'string' },
  'token-life-seconds': { type: 'string' },
  reply: { type: 'string' },
  duplicates: { type: 'string' },
  school: { type: 'string' },
  'missing-slash': { type: 'string' },
  'unprocessed-xp': { type: 'string' },
  'result-xp': { type: 'string' },
} as const

export const SANDBOX_HELP = `  --read-lag-ms 5000          shows an event in reads, and what is made of it, so long after it came
  --token-life-seconds 60     how long a token is good
  --reply status|jobId|data.jobId|201|204
  --duplicates store|drop     what becomes of an event id that comes twice
  --school seeded|empty       whether there is an example school, with learner@school.example in it
  --missing-slash 404|422|accept
                              what a OneRoster collection without its slash is
  --unprocessed-xp counted|ignored
                              whether XP of a completion without process: true shows in the facts
  --result-xp ignored|counted whether XP of a result that you wrote shows there too
  GET /                       a page that shows what Timeback knows
  POST /_sandbox/faults       {"on":"event|token|read|roster|gradebook|edubridge|powerpath","count":2} with
                              "status":500, "retryAfterSeconds":5, "delayMs":3000, "lostAnswer":true or
                              "html":true; DELETE takes them back
  POST /_sandbox/tokens/revoke, /_sandbox/reset`

const whole = z.coerce.number().int()

const schema = z
  .object({
    'read-lag-ms': whole.min(0).optional(),
    'token-life-seconds': whole.min(1).optional(),
    reply: z.enum(['status', 'jobId', 'data.jobId', '201', '204']).optional(),
    duplicates: z.enum(['store', 'drop']).optional(),
    school: z.enum(['seeded', 'empty']).optional(),
    'missing-slash': z.enum(['404', '422', 'accept']).optional(),
    'unprocessed-xp': z.enum(['counted', 'ignored']).optional(),
    'result-xp': z.enum(['counted', 'ignored']).optional(),
  })
  .transform((flags) => ({
    readLagMs: flags['read-lag-ms'],
    tokenLifeSeconds: flags['token-life-seconds'],
    reply: flags.reply,
    duplicates: flags.duplicates,
    school: flags.school,
    missingSlash: toMissingSlash(flags['missing-slash']),
    unprocessedXp: flags['unprocessed-xp'],
    resultXp: flags['result-xp'],
  }))

/** Throws a TypeError that names the flag. */
export function readSandboxFlags(values: Record<string, unknown>): SandboxOptions {
  const read = schema.safeParse(values)
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
  throw new TypeError(lines.join('\n'))
}

function toMissingSlash(
  flag: '404' | '422' | 'accept' | undefined,
): SandboxOptions['missingSlash'] {
  switch (flag) {
    case '404':
      return 404
    case '422':
      return 422
    default:
      return flag
  }
}
