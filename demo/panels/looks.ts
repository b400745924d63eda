/** Looking on: what is on the device, at the relay and at Timeback, asked again and again while somebody can see it. */
import { readReceived, readReport } from './ask.ts'
import { readRows } from './outbox-rows.ts'
import type { View } from './view.ts'

const EVERY_MS = 1_000

type Show = (part: Partial<View>) => void

export function keepLooking(read: () => View, show: Show): void {
  void again(async () => {
    // First what waits, then what has arrived: what is on its way between the two is in both, and never in neither.
    const rows = await readRows().catch(() => [])
    show({ rows, ...(await lookAtRelay(read())) })
  })
  void again(async () => {
    try {
      show({ received: await readReceived(), isDemoThere: true })
    } catch {
      show({ isDemoThere: false })
    }
  })
}

async function again(look: () => Promise<void>): Promise<void> {
  if (!document.hidden) await look()
  setTimeout(again, EVERY_MS, look)
}

async function lookAtRelay({ snapshot, report }: View): Promise<Partial<View>> {
  const run = snapshot?.run
  if (!run) return {}
  // Of a run of which nothing was sent yet, the relay would know nothing.
  const isKnown = snapshot.sync === 'saved' || run.isContinued || report?.runId === run.runId
  if (!isKnown) return {}
  try {
    return { isRelayThere: true, report: await readReport(run.runId) }
  } catch {
    return { isRelayThere: false }
  }
}
