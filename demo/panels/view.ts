/** What the panels show at a moment. Whoever learns something new says only that; the rest stays as it was. */
import type { Snapshot, Stretch } from '../../src/index.ts'
import type { RunReport } from '../../src/relay/relay.ts'
import type { Switches } from '../switches.ts'
import type { DeviceState } from './device.ts'
import type { OutboxRow } from './outbox-rows.ts'
import type { TimebackEvent } from './reading.ts'
import type { Heard } from './signals.ts'

/** What Timeback's stand-in has. Times of a learner are seconds. */
export interface Received {
  events: TimebackEvent[]
  learner: {
    name: string
    xp: number
    activeSeconds: number
    inactiveSeconds: number
    wasteSeconds: number
  } | null
  results: {
    id: string
    title: string
    score: number | null
    scoreStatus: string
    attempt: number | null
    xp: number | null
  }[]
}

export interface View {
  now: number
  device: DeviceState
  /** The last that the learner's page said; it stays when the page is gone. */
  snapshot: Snapshot | undefined
  /** When the learner's page came, in epoch ms. */
  openedAt: number
  spans: Stretch[]
  heard: Heard
  /** From the script tag of the activity. */
  idleAfterMs: number
  rows: OutboxRow[]
  report: RunReport | undefined
  isRelayThere: boolean
  received: Received
  isDemoThere: boolean
  switches: Switches
  /** The learner's page gets neither pointer nor keys. */
  isHandsOff: boolean
}

export const FIRST_VIEW: View = {
  now: Date.now(),
  device: 'loading',
  snapshot: undefined,
  openedAt: 0,
  spans: [],
  heard: {},
  idleAfterMs: 5_000,
  rows: [],
  report: undefined,
  isRelayThere: true,
  received: { events: [], learner: null, results: [] },
  isDemoThere: true,
  switches: { network: 'up', relay: 'up', timeback: 'up' },
  isHandsOff: false,
}
