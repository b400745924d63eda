// A database with a past: so many slices and so many outbox rows, of many learners, put there by plain SQL.

import { DatabaseSync } from 'node:sqlite'

const ROWS_PER_LEARNER = 100
const ROWS_PER_RUN = 10
const SLICE_MS = 60_000

/** Two months ago: long told, and too early to be pruned. */
const AGO_MS = 60 * 24 * 3_600_000

const SPANS = JSON.stringify([
  ['active', 0, 41_250, 0],
  ['idle', 41_250, 52_000, 41_250],
  ['active', 52_000, 60_000, 52_000],
])

/** As long as an envelope with one event. */
const BODY = JSON.stringify({
  dataVersion: 'http://purl.imsglobal.org/ctx/caliper/v1p2',
  data: 'x'.repeat(1_300),
})

/** Has the database at `path` hold `rows` slices and `rows` outbox rows of which `before` are there; all of it was told. */
export function fill(path: string, before: number, rows: number): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; begin')
  const put = createPut(database)
  for (let row = before; row < rows; row += 1) put(row)
  database.exec('commit; PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

function createPut(database: DatabaseSync) {
  const put = (table: string, columns: string) =>
    database.prepare(
      `insert into ${table} (${columns}) values (${columns.replaceAll(/\w+/g, '?')})`,
    )
  const learner = put('learners', 'learner, email, role')
  const run = put(
    'runs',
    'learner, run_id, activity, preview, first_at, last_at, completed, prune_from',
  )
  const leg = put('legs', 'learner, run_id, leg_id, start, offset_ms, offset_fixed')
  const slice = put(
    'slices',
    'learner, run_id, leg_id, n, reach, told_reach, spans, received_at, opens_at, closes_at',
  )
  const told = put('told', 'learner, from_at, to_at, run_id, metric, settlement_id')
  const settlement = put(
    'settlements',
    'learner, settlement_id, run_id, state, completes, created_at, next_at',
  )
  const outbox = put(
    'outbox',
    'learner, outbox_id, seq, settlement_id, run_id, event_ids, body, state, created_at, next_at',
  )
  const since = Date.now() - AGO_MS
  return (row: number) => {
    const id = `past-${Math.floor(row / ROWS_PER_LEARNER)}`
    const runId = `past-run-${Math.floor(row / ROWS_PER_RUN)}`
    const n = row % ROWS_PER_RUN
    const at = since + (row % ROWS_PER_LEARNER) * SLICE_MS
    if (row % ROWS_PER_LEARNER === 0) learner.run(id, `${id}@school.example`, 'student')
    if (n === 0) {
      run.run(id, runId, '{}', 0, at, at, 1, at)
      leg.run(id, runId, 'leg-1', '{}', 0, 1)
    }
    const reach = (n + 1) * SLICE_MS
    slice.run(id, runId, 'leg-1', n, reach, reach, SPANS, at, at, at + 43_200_000)
    told.run(id, at, at + SLICE_MS, runId, 'active', `settled-${row}`)
    settlement.run(id, `settled-${row}`, runId, 'frozen', 0, at, at)
    outbox.run(
      id,
      crypto.randomUUID(),
      row,
      `settled-${row}`,
      runId,
      '["urn:uuid:x"]',
      BODY,
      'delivered',
      at,
      at,
    )
  }
}

/** Nothing of it has gone out, and all of it is due. */
export function makeBacklog(path: string): void {
  const database = new DatabaseSync(path)
  database.exec(`update outbox set state = 'waiting'; PRAGMA wal_checkpoint(TRUNCATE)`)
  database.close()
}
