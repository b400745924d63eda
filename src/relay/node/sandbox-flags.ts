/** The flags of `stint sandbox`: how Timeback's stand-in behaves where Timeback's documents leave it open. */
import { z } from 'zod'
import type { SandboxOptions } from '../../sandbox/sandbox.ts'

/** For `parseArgs`. */
export const SANDBOX_FLAGS = {
  'read-lag-ms': { type: 'string' },
  'token-life-seconds': { type: 'string' },
  reply: { type: 'string' },
  duplicates: { type: 'string' },
} as const

export const SANDBOX_HELP = `  --read-lag-ms 5000          shows an event in reads so long after it came
  --token-life-seconds 60     how long a token is good
  --reply status|jobId|data.jobId|201|204
  --duplicates store|drop     what becomes of an event id that comes twice
  POST /_sandbox/faults       {"on":"event|token|read","count":2} with "status":500, "retryAfterSeconds":5,
                              "delayMs":3000, "lostAnswer":true or "html":true; DELETE takes them back
  POST /_sandbox/tokens/revoke, /_sandbox/reset`

const whole = z.coerce.number().int()

const schema = z.object({
  'read-lag-ms': whole.min(0).optional(),
  'token-life-seconds': whole.min(1).optional(),
  reply: z.enum(['status', 'jobId', 'data.jobId', '201', '204']).optional(),
  duplicates: z.enum(['store', 'drop']).optional(),
})

/** Throws a TypeError that names the flag. */
export function readSandboxFlags(values: Record<string, unknown>): SandboxOptions {
  const read = schema.safeParse(values)
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
    throw new TypeError(lines.join('\n'))
  }
  const {
    'read-lag-ms': readLagMs,
    'token-life-seconds': tokenLifeSeconds,
    reply,
    duplicates,
  } = read.data
  return {
    ...(readLagMs !== undefined && { readLagMs }),
    ...(tokenLifeSeconds !== undefined && { tokenLifeSeconds }),
    ...(reply && { reply }),
    ...(duplicates && { duplicates }),
  }
}
