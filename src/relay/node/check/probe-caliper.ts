/** Whether Timeback's Caliper service takes what the relay would send: validated there, and never stored. */
import type { CaliperClient, ValidateOutcome } from '../../../timeback/caliper-client.ts'
import { toLine, toRefusedTodo } from './explain.ts'
import type { Finding } from './finding.ts'
import type { Sample } from './sample.ts'

export async function probeValidate(caliper: CaliperClient, sample: Sample): Promise<Finding> {
  const name = 'caliper'
  const outcome = await caliper.validate(JSON.stringify(sample))
  if (outcome.type === 'valid') {
    return { name, state: 'ok', found: 'takes both events, validated and not stored' }
  }
  return { name, state: 'failed', found: toVerdict(outcome), todo: toTodo(outcome) }
}

/** Whether the relay may ask for an event whose answer was lost: here for one that never was. */
export async function probeFind(caliper: CaliperClient, unknownId: string): Promise<Finding> {
  const name = 'caliper reads'
  if ((await caliper.find(unknownId)) === 'absent') {
    return { name, state: 'ok', found: 'says that an event is not there' }
  }
  return {
    name,
    state: 'warning',
    found: 'does not say whether an event is there',
    todo: 'ask Timeback to let your client read its events: else what was sent without an answer may be sent twice',
  }
}

/** What came of a validation, in words. */
export function toVerdict(outcome: ValidateOutcome): string {
  switch (outcome.type) {
    case 'valid':
      return 'accepted'
    case 'invalid':
      return `refused with ${outcome.status}: ${toLine(outcome.answer)}`
    case 'unjudged':
      return `no verdict: ${outcome.detail}`
  }
}

function toTodo(outcome: ValidateOutcome): string {
  if (outcome.type === 'invalid') {
    return 'check STINT_SENSOR, STINT_APP_NAME and STINT_COURSES; if they are right, report this as a fault of Stint'
  }
  const status = outcome.type === 'unjudged' ? outcome.status : undefined
  return status === undefined || status >= 500
    ? 'check TIMEBACK_CALIPER_URL and the network, or try again later'
    : toRefusedTodo(status)
}
