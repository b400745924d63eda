/** The outbox on this device: the rows that no receipt has named yet, as they lie in IndexedDB. */
import type { OutboxRow } from './outbox-rows.ts'
import { Stop } from './stop.tsx'
import type { View } from './view.ts'
import { toClock } from './words.ts'

const ROWS_SHOWN = 4

const SYNCS = {
  saved: 'A row leaves when a receipt names it.',
  waiting: 'Rows wait for their first flush.',
  offline: 'The relay does not answer this page: rows stay, and it tries again.',
  memory: 'This browser keeps nothing but memory.',
}

export function OutboxStop({ view }: { view: View }) {
  const { rows, snapshot, device } = view
  const isBroken = snapshot?.sync === 'offline' || snapshot?.sync === 'memory'
  const shown = rows.slice(0, ROWS_SHOWN)
  return (
    <Stop id="outbox" number={3} title="Outbox on this device" isBroken={isBroken}>
      <p class="state">
        {device === 'dead'
          ? 'The page is gone. This is on the disk, and the next page sends it.'
          : SYNCS[snapshot?.sync ?? 'waiting']}
      </p>
      <div class="rows">
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Up to</th>
              <th scope="col">Size</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.entry.id} row={row} />
            ))}
          </tbody>
        </table>
        {rows.length === 0 && (
          <p class="empty">
            {snapshot?.sync === 'saved'
              ? 'Empty: the relay has everything.'
              : 'Empty until the relay has said whose time this is.'}
          </p>
        )}
      </div>
      <p class="more">{rows.length > ROWS_SHOWN && `and ${rows.length - ROWS_SHOWN} more`}</p>
      <p class="problem">
        {snapshot?.problem && `Last problem: ${snapshot.problem.code}, ${snapshot.problem.message}`}
      </p>
    </Stop>
  )
}

function Row({ row: { entry, reach } }: { row: OutboxRow }) {
  // `run/leg/start`, `run/leg/7` or `run/end`: four characters tell runs and legs apart.
  const id = entry.id.replace(/[^/]{9,}/g, (long) => long.slice(0, 4))
  return (
    <tr>
      <td title={entry.id}>{id}</td>
      <td>{reach > 0 ? toClock(reach) : entry.type}</td>
      <td>{new Blob([JSON.stringify(entry)]).size} B</td>
    </tr>
  )
}
