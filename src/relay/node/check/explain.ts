/** What an answer that is not the one we want means for an operator: what was found, and what to do. */
import type { Answer, AnswerRetryReason } from '../../../timeback/answer.ts'
import { isRecord, parseJson } from '../../../timeback/json.ts'
import type { Finding } from './finding.ts'

type Unread = Exclude<Answer<unknown>, { type: 'read' }>

const MAX_ANSWER = 300

const CREDENTIALS =
  'check TIMEBACK_CLIENT_ID and TIMEBACK_CLIENT_SECRET: copied whole, without spaces, and of this TIMEBACK_ENV'

const ADVICE: Record<AnswerRetryReason, string> = {
  not_sent: 'check the address, the network, the proxy and the firewall between here and Timeback',
  no_answer: 'try again; if it stays so, check the network and the firewall',
  unauthorized: CREDENTIALS,
  rate_limited: 'wait some minutes, then try again',
  unavailable: 'try again later: Timeback says that it can not serve now',
  server_error: 'try again later; if it stays so, tell Timeback',
  redirected: 'the address has moved: set it to the new one',
  unreadable: 'check the address: something answers there that is not this service of Timeback',
  token_refused: CREDENTIALS,
  token_unreachable: 'check TIMEBACK_TOKEN_URL, the network, the proxy and the firewall',
  token_unreadable: 'check TIMEBACK_TOKEN_URL: it ends in /oauth2/token, at an …auth.… host',
}

/** `absent` is what it means if there is no such row, where the caller has not said so already. */
export function explain(answer: Unread, absent: string): Pick<Finding, 'found' | 'todo'> {
  switch (answer.type) {
    case 'absent':
      return { found: 'not there', todo: absent }
    case 'refused':
      return {
        found: `refused with ${answer.status}: ${toLine(answer.answer)}`,
        todo: toRefusedTodo(answer.status),
      }
    case 'retry':
      return { found: toWhy(answer.reason, answer), todo: ADVICE[answer.reason] }
  }
}

/** What may be done about a status that says no. */
export function toRefusedTodo(status: number): string {
  if (status === 401) return CREDENTIALS
  if (status === 403) return 'ask Timeback for the scope that the answer names, or that fits'
  if (status === 404) return 'check the address: this service has no such path'
  return 'read the answer; if it makes no sense, tell Timeback'
}

/** What an answer says, on one line and as much as fits: its sentence, where it has one. */
export function toLine(answer: string): string {
  const line = readSentence(answer).replaceAll(/\s+/g, ' ').trim()
  return line.length > MAX_ANSWER ? `${line.slice(0, MAX_ANSWER)}…` : line || 'no text'
}

/** `message` is Caliper's, `imsx_description` all the others'. */
function readSentence(answer: string): string {
  const body = parseJson(answer)
  if (!isRecord(body)) return answer
  const said = body.message ?? body.imsx_description
  return typeof said === 'string' ? said : answer
}

function toWhy(reason: string, { status, detail }: { status?: number; detail?: string }): string {
  return [reason.replaceAll('_', ' '), status, detail]
    .filter((part) => part !== undefined)
    .join(', ')
}
