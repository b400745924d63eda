/** The way of one second at a glance: four places, how much of the run each has, and where the way is broken. */
import { toBalance, type Balance } from './balance.ts'
import { toToldMs } from './reading.ts'
import type { View } from './view.ts'
import { toClock, toSeconds } from './words.ts'

/** Less is not shown. */
const SHOWN_FROM_MS = 50

const NOTHING_LOST = 'nothing lost'

interface Place {
  name: string
  href: string
  figure: string
  note: string
  /** What is wrong on the way that leads here. */
  trouble?: string | undefined
}

export function Way({ view }: { view: View }) {
  const balance = toBalance(view.snapshot?.run, view.rows, view.report)
  return (
    <div class="way">
      <ol class="places">
        {toPlaces(view, balance).map(({ name, href, figure, note, trouble }) => (
          <li key={name} class={trouble ? 'broken' : ''}>
            <span class="link">{trouble && <em>{trouble}</em>}</span>
            <a href={href}>
              <b>{name}</b>
              <strong>{figure}</strong>
              <small>{note}</small>
            </a>
          </li>
        ))}
      </ol>
      <Truth view={view} balance={balance} />
    </div>
  )
}

/** Where it all is, as a bar, and the sum in words. */
function Truth({ view, balance }: { view: View; balance: Balance }) {
  const { relayMs, deviceMs, unwrittenMs } = balance
  return (
    <div class="truth">
      <div class="bar" aria-hidden="true">
        <i class="relay" style={{ flexGrow: relayMs }} />
        <i class="device" style={{ flexGrow: deviceMs }} />
        <i class={view.device === 'dead' ? 'lost' : 'device'} style={{ flexGrow: unwrittenMs }} />
      </div>
      <p>
        <b>{toClock(balance.seenMs)} seen</b>
        <span>
          <i class="relay" /> {toClock(relayMs)} at the relay
        </span>
        <span>
          <i class="device" /> {toClock(toHereMs(view, balance))} here
        </span>
        <b class={toLost(view, balance) === NOTHING_LOST ? 'verdict' : 'verdict lost'}>
          {toLost(view, balance)}
        </b>
      </p>
    </div>
  )
}

/** In whole seconds the sum must come out as well. */
function toHereMs({ device }: View, { seenMs, relayMs, unwrittenMs }: Balance): number {
  const here = seenMs - Math.floor(relayMs / 1_000) * 1_000
  return Math.max(0, device === 'dead' ? here - unwrittenMs : here)
}

/** Only a page that died loses anything: what it had not written yet. */
function toLost({ device }: View, { unwrittenMs }: Balance): string {
  const isLost = device === 'dead' && unwrittenMs >= SHOWN_FROM_MS
  return isLost ? `${toSeconds(unwrittenMs)} not written yet` : NOTHING_LOST
}

function toPlaces(view: View, { seenMs, relayMs }: Balance): Place[] {
  const { rows, switches, isRelayThere, snapshot, device } = view
  const isCut = switches.network === 'offline' ? 'offline' : undefined
  const isDown = switches.relay === 'down' || !isRelayThere ? 'down' : undefined
  const toldMs = toToldMs(view.received.events, snapshot?.run?.runId)
  const timeback = switches.timeback === 'up' ? undefined : switches.timeback
  return [
    {
      name: 'Page',
      href: '#signals',
      figure: toClock(seenMs),
      note: 'seen',
      trouble: device === 'dead' ? 'killed' : undefined,
    },
    {
      name: 'Outbox',
      href: '#outbox',
      figure: String(rows.length),
      note: rows.length === 1 ? 'row' : 'rows',
      trouble: snapshot?.sync === 'memory' ? 'memory' : undefined,
    },
    {
      name: 'Relay',
      href: '#ledger',
      figure: toClock(relayMs),
      note: 'kept',
      trouble: isDown ?? isCut,
    },
    {
      name: 'Timeback',
      href: '#received',
      figure: toClock(toldMs),
      note: 'told',
      trouble: timeback,
    },
  ]
}
