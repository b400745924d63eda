// A simulated learner's browser: an outbox of its own making, sent by two tabs at once. It peeks, sends, and deletes
// on the verdict; it sends again what nobody answered, now and then what was answered long ago, an older copy of a
// slice, a part of what waits, or all of it in another order.

import type { Chance } from '../support/chance.ts'
import type { Clock } from './clock.ts'
import type { Journal } from './journal.ts'
import type { Line } from './post.ts'
import { createRuns, type Row } from './runs.ts'

export interface Page {
  /** Sends once, if there is anything to send and a relay to send it to; says if it was answered. */
  turn(): Promise<boolean>
  /** Ends what is open, and begins nothing more. */
  finish(): void
  isDone(): boolean
}

export interface PageWorld {
  clock: Clock
  journal: Journal
  /** The way to the relay, while there is one. */
  line: () => Line | undefined
}

interface Verdict {
  id: string
  verdict: string
  reach?: number
  message?: string
}

const MOST_AT_ONCE = 20
const KEPT_OLD = 6

export function createPage(
  learner: string,
  chance: Chance,
  { clock, journal, line }: PageWorld,
): Page {
  const outbox = new Map<string, Row>()
  /** Copies that were sent before: shorter ones, and some that the relay has taken. */
  const old: Row[] = []
  const runs = createRuns(learner, chance.fork(), { clock, journal, outbox })
  // Whenever the grant comes, the sitting began with the first page.
  const startedAt = clock.now()
  let token: string | undefined

  const askForGrant = async (to: Line) => {
    const body = JSON.stringify({ v: 1, startedAt, sentAt: clock.now() })
    const answer = await to.post('/v1/grants', body, learner)
    if (answer?.status === 200) token = (answer.body as { token: string }).token
    else if (answer) journal.complain(`a grant: ${answer.status} ${JSON.stringify(answer.body)}`)
  }

  const choose = (): Row[] => {
    const rows = [...outbox.values()]
    const some = chance.is(0.2) ? rows.filter(() => chance.is(0.5)) : rows
    const first = chance.is(0.15) ? some.toReversed() : some
    const again = old.length > 0 && chance.is(0.15) ? [chance.oneOf(old)] : []
    return [...first.slice(0, MOST_AT_ONCE), ...again]
  }

  const keepOld = (rows: readonly Row[]) => {
    old.push(...rows)
    old.splice(0, old.length - KEPT_OLD)
  }

  const settle = (verdict: Verdict) => {
    const { id, verdict: word, reach = 0 } = verdict
    if (word !== 'stored' && word !== 'known')
      return journal.complain(`${id}: ${word} ${verdict.message ?? ''}`)
    journal.receive(id, reach)
    const row = outbox.get(id)
    if (row && row.reach <= reach) outbox.delete(id)
  }

  return {
    async turn() {
      const to = line()
      if (!to) return false
      runs.grow()
      if (token === undefined) await askForGrant(to)
      const rows = choose()
      if (token === undefined || rows.length === 0) return false
      const entries = rows.map(({ entry }) => entry)
      keepOld(rows)
      const body = JSON.stringify({ v: 1, grant: token, sentAt: clock.now(), entries })
      const answer = await to.post('/v1/entries', body, learner)
      if (!answer) return false
      journal.answer()
      const { verdicts } = answer.body as { verdicts?: Verdict[] }
      if (!verdicts || answer.status !== 200)
        journal.complain(`a flush: ${answer.status} ${JSON.stringify(answer.body)}`)
      verdicts?.forEach(settle)
      return true
    },
    finish: runs.finish,
    isDone: () => outbox.size === 0,
  }
}
