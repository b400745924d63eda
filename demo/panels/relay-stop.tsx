/** The relay's ledger of this run: what it counted and why, and what became of what it tells Timeback. */
import type { RunReport } from '../../src/relay/relay.ts'
import { Stop } from './stop.tsx'
import { Timeline } from './timeline.tsx'
import type { View } from './view.ts'
import { toCountdown, toSplit } from './words.ts'

export function RelayStop({ view }: { view: View }) {
  const { report, isRelayThere, idleAfterMs, now } = view
  const stretches = (report?.legs ?? [])
    .flatMap(({ timeline }) => timeline)
    .toSorted((one, other) => one.from - other.from)
  return (
    <Stop id="ledger" number={4} title="Ledger at the relay" isBroken={!isRelayThere}>
      <p class="state">{toState(view)}</p>
      <Timeline
        name="What the relay counts"
        stretches={stretches}
        idleAfterMs={idleAfterMs}
        none="Nothing of this run has arrived yet."
      />
      <dl class="facts">
        <div>
          <dt>Measured</dt>
          <dd>{report ? toSplit(report.seen) : 'nothing yet'}</dd>
        </div>
        <div>
          <dt>Told</dt>
          <dd>{report?.told.length ? toSplit(report.counted) : 'nothing yet'}</dd>
        </div>
        <div>
          <dt>Delivery</dt>
          <dd class="delivery">{report ? toDelivery(report, now) : 'nothing yet'}</dd>
        </div>
      </dl>
    </Stop>
  )
}

function toState({ isRelayThere, report }: View): string {
  if (!isRelayThere) return 'The relay does not answer. This is the last that was seen of it.'
  if (!report) return 'The relay measures again here, for the record.'
  if (report.state === 'open') return 'The run is open. Measured again here, for the record.'
  return report.whole ? 'The run has ended, and nothing of it is missing.' : 'The run has ended.'
}

/** Of the last envelope: what came of it, and what comes next. */
function toDelivery({ deliveries, settlements }: RunReport, now: number): string {
  const last = deliveries.findLast(({ kind }) => kind === 'caliper')
  if (!last) {
    const held = settlements.at(-1)?.held
    return held ? `held: ${held}` : 'with the result, or after 30 s without news'
  }
  const { state, tries, nextAt, answer, maybeTwice } = last
  if (state === 'delivered') return maybeTwice ? 'delivered, maybe twice' : 'delivered, once'
  const next = nextAt > now ? `again in ${toCountdown(nextAt - now)}` : 'being sent'
  const asks = state === 'unclear' ? 'asks Timeback whether it has it' : next
  const tried = tries > 0 ? `, tried ${tries}×` : ''
  return `${state}${tried}, ${asks}${answer ? ` (${toShort(answer)})` : ''}`
}

const toShort = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text)
