/**
 * Asks Timeback again where that may help, a few times and no more: somebody is waiting at a terminal. What is left is a
 * sentence for that person. No sentence repeats an e-mail address, also if Timeback's answer does.
 */
import type { Answer } from '../../../timeback/answer.ts'

/** What one question came to. `failed`: nothing is known. */
export type Found<T> =
  { type: 'found'; value: T } | { type: 'absent'; why?: string } | { type: 'failed'; why: string }

/** Asks until there is something to say. `ask` must not reject. */
export type Insist = <T>(ask: () => Promise<Answer<T>>) => Promise<Found<T>>

type Retry = Extract<Answer<unknown>, { type: 'retry' }>

// What shipped clients wait on 429 and 5xx, the first one shortened.
const WAITS_MS = [2_000, 5_000, 15_000]
/** Who is asked to wait longer is told so instead. */
const LONGEST_WAIT_MS = 60_000
/** About ten at once is what Timeback was seen to bear; others use it too. */
const LANES = 4
/** So many questions in a row without an answer, and the next ones are asked once: Timeback is not there. */
const MAX_IN_VAIN = 4
const MAX_WHY_CHARS = 300

/** `wait` resolves after so many milliseconds. */
export function createInsist(wait: (ms: number) => Promise<void>): Insist {
  let inVain = 0
  return async (ask) => {
    for (let tries = 0; ; tries += 1) {
      const answer = await ask()
      if (answer.type !== 'retry') {
        inVain = 0
        return toFound(answer)
      }
      const pause = inVain < MAX_IN_VAIN ? WAITS_MS[tries] : undefined
      const ms = Math.max(pause ?? Infinity, answer.retryAfterMs ?? 0)
      // Wrong credentials stay wrong.
      if (answer.reason === 'token_refused' || ms > LONGEST_WAIT_MS) {
        inVain += 1
        return { type: 'failed', why: toRetryWhy(answer) }
      }
      await wait(ms)
    }
  }
}

/** The results in the order of the items; a few at a time. `act` must not reject. */
export async function inLanes<T, R>(
  items: readonly T[],
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const rest = items.entries()
  const run = async () => {
    for (const [n, item] of rest) results[n] = await act(item)
  }
  await Promise.all(Array.from({ length: LANES }, run))
  return results
}

function toFound<T>(answer: Exclude<Answer<T>, Retry>): Found<T> {
  switch (answer.type) {
    case 'read':
      return { type: 'found', value: answer.value }
    case 'absent':
      return { type: 'absent', ...(answer.answer && { why: toReason(answer.answer) }) }
    case 'refused':
      return { type: 'failed', why: toRefusal(answer.status, answer.answer) }
  }
}

function toRetryWhy({ reason, status, retryAfterMs, detail }: Retry): string {
  if (reason === 'token_refused') {
    return `${detail ?? reason}: check TIMEBACK_CLIENT_ID, TIMEBACK_CLIENT_SECRET and TIMEBACK_ENV`
  }
  const said = [reason.replaceAll('_', ' '), status, detail].filter((part) => part !== undefined)
  const when = retryAfterMs === undefined ? 'again' : `again in ${Math.ceil(retryAfterMs / 1000)} s`
  return `Timeback could not do it now (${said.join(', ')}): run the command ${when}`
}

function toRefusal(status: number, answer: string): string {
  const reason = toReason(answer)
  const advice = status === 403 ? '; this client may not: ask Timeback for the scope' : ''
  return `Timeback refused it (${status})${reason && `: ${reason}`}${advice}`
}

/** What OneRoster's error body says for people (OneRoster 1.2, `imsx_StatusInfo`), else its beginning. */
function toReason(answer: string): string {
  const { imsx_description: description, imsx_error_details: details } = parse(answer)
  const text = [description, details && JSON.stringify(details)]
    .filter((part) => typeof part === 'string')
    .join(' ')
  return (text || answer)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\s"']+@[^\s"']+/g, '(an e-mail)')
    .slice(0, MAX_WHY_CHARS)
}

function parse(answer: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(answer)) as Record<string, unknown>
  } catch {
    return {}
  }
}
