// The auditor of a relay that was killed: it reads the database file with Node's own SQLite and Timeback's ledger as it
// is, and knows nothing of the relay but its tables. It imports nothing of ours, so that no mistake can be shared.

import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** An event as Timeback keeps it; values in seconds. */
export interface LedgerEvent {
  externalId: string
  type: string
  extensions?: { runId?: string }
  generated: { items: { type: string; value: number }[] }
}

/** Each a line for a person: what is lost, what is there twice, and where. */
export interface Findings {
  /** A page has a receipt for what the database has not. */
  lostReceipts: string[]
  /** One entry is there twice, or one that nobody sent. */
  doubledEntries: string[]
  /** Timeback was told the same twice: under two ids, or under one. */
  doubledEvents: string[]
  /** Timeback was told less than a run was worth, or of a send that the database knows nothing of. */
  lostEvents: string[]
}

export interface Known {
  /** The furthest reach that was receipted, by entry. */
  receipts: ReadonlyMap<string, number>
  /** All entries that were ever made. */
  made: ReadonlySet<string>
  /** Ms that each ended run was worth. */
  worths: ReadonlyMap<string, { active: number; inactive: number }>
}

export const NO_FINDINGS: Findings = {
  lostReceipts: [],
  doubledEntries: [],
  doubledEvents: [],
  lostEvents: [],
}

/** Looks at a copy, as whoever opens a database whose writer died repairs it: that is the next relay's to do. */
export function withCopy<T>(file: string, look: (db: DatabaseSync) => T): T | undefined {
  if (!existsSync(file)) return undefined
  const folder = mkdtempSync(path.join(tmpdir(), 'stint-audit-'))
  const copy = path.join(folder, 'copy.db')
  try {
    for (const part of ['', '-wal'])
      if (existsSync(file + part)) copyFileSync(file + part, copy + part)
    const db = new DatabaseSync(copy)
    try {
      return look(db)
    } finally {
      db.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Receipts for what is not there, as far as they say. */
export function findLostReceipts(
  db: DatabaseSync,
  receipts: ReadonlyMap<string, number>,
): string[] {
  if (receipts.size === 0) return []
  const slice = db.prepare('select reach from slices where run_id = ? and leg_id = ? and n = ?')
  const start = db.prepare(
    'select 0 as reach from legs where run_id = ? and leg_id = ? and start is not null',
  )
  const end = db.prepare('select 0 as reach from runs where run_id = ? and "end" is not null')
  const find = (id: string) => {
    const [runId = '', legId = '', last] = id.split('/')
    if (last === undefined) return end.get(runId)
    return last === 'start' ? start.get(runId, legId) : slice.get(runId, legId, Number(last))
  }
  return [...receipts].flatMap(([id, reach]) => {
    const row = find(id) as { reach: number } | undefined
    if (row && row.reach >= reach) return []
    return [`${id}: the receipt says ${reach}, the database ${row?.reach ?? 'nothing'}`]
  })
}

/** All that can be said once the outbox is empty. */
export function audit(db: DatabaseSync, ledger: readonly LedgerEvent[], known: Known): Findings {
  const { doubledEvents, lostEvents } = compareTold(ledger, known.worths)
  return {
    lostReceipts: findLostReceipts(db, known.receipts),
    doubledEntries: findDoubledEntries(db, known.made),
    doubledEvents,
    lostEvents: [...lostEvents, ...findStrays(db, ledger), ...findUndelivered(db)],
  }
}

/** Slices are keyed by their ids, so what could be there twice is their time: of a leg it must be one stretch from 0. */
function findDoubledEntries(db: DatabaseSync, made: ReadonlySet<string>): string[] {
  const rows = db
    .prepare('select run_id, leg_id, n, reach, spans from slices order by run_id, leg_id, n')
    .all() as { run_id: string; leg_id: string; n: number; reach: number; spans: string }[]
  const reached = new Map<string, number>()
  return rows.flatMap(({ run_id, leg_id, n, reach, spans }) => {
    const leg = `${run_id}/${leg_id}`
    const id = `${leg}/${n}`
    const from = (JSON.parse(spans) as [string, number, number][])[0]![1]
    const before = reached.get(leg) ?? 0
    reached.set(leg, reach)
    if (!made.has(id)) return [`${id}: nobody made it`]
    return from === before ? [] : [`${id}: begins at ${from}, where ${before} is reached`]
  })
}

/** What Timeback was told of each run beside what that was worth. */
function compareTold(
  ledger: readonly LedgerEvent[],
  worths: Known['worths'],
): Pick<Findings, 'doubledEvents' | 'lostEvents'> {
  const findings = { doubledEvents: [] as string[], lostEvents: [] as string[] }
  const ids = new Set<string>()
  const told = new Map<string, { completions: number; active: number; inactive: number }>()
  for (const { externalId, type, extensions, generated } of ledger) {
    if (ids.has(externalId)) findings.doubledEvents.push(`${externalId}: came twice`)
    ids.add(externalId)
    const runId = extensions?.runId ?? ''
    const sums = told.get(runId) ?? { completions: 0, active: 0, inactive: 0 }
    told.set(runId, sums)
    if (type === 'ActivityEvent') sums.completions += 1
    else for (const item of generated.items) addItem(sums, item)
  }
  for (const [runId, worth] of worths) {
    const sums = { completions: 0, active: 0, inactive: 0, ...told.get(runId) }
    for (const [what, wanted] of Object.entries({ completions: 1, ...worth })) {
      const got = sums[what as keyof typeof sums]
      if (got === wanted) continue
      const line = `${runId}: ${what} should be ${wanted}, Timeback has ${got}`
      findings[got > wanted ? 'doubledEvents' : 'lostEvents'].push(line)
    }
  }
  return findings
}

function addItem(
  sums: { active: number; inactive: number },
  { type, value }: { type: string; value: number },
) {
  if (type === 'active' || type === 'inactive') sums[type] += Math.round(value * 1_000)
}

/** Events at Timeback that are in no row of the outbox: sent before they were kept. */
export function findStrays(db: DatabaseSync, ledger: readonly LedgerEvent[]): string[] {
  // A relay that died while it made its first tables has none to read.
  if (ledger.length === 0) return []
  const rows = db.prepare('select event_ids from outbox').all() as { event_ids: string }[]
  const kept = new Set(rows.flatMap((row) => JSON.parse(row.event_ids) as string[]))
  return ledger
    .filter(({ externalId }) => !kept.has(externalId))
    .map(({ externalId }) => `${externalId}: Timeback has it, the outbox never had`)
}

function findUndelivered(db: DatabaseSync): string[] {
  const rows = db
    .prepare("select event_ids, state, answer from outbox where state != 'delivered'")
    .all() as { event_ids: string; state: string; answer: string | null }[]
  return rows.map(({ event_ids, state, answer }) => `${event_ids}: ${state} at the end (${answer})`)
}

/** How many rows are still to be settled or sent. */
export function countUndone(db: DatabaseSync): number {
  const sql = `select (select count(*) from runs where due_at is not null)
    + (select count(*) from settlements where state = 'reserved')
    + (select count(*) from outbox where state in ('waiting', 'unclear')) as undone`
  return (db.prepare(sql).get() as { undone: number }).undone
}

/** How many rows somebody is sending, by leases that end after that instant. */
export function countSending(db: DatabaseSync, endsAfter: number): number {
  const sql = 'select count(*) as sending from outbox where lease_until > ?'
  return (db.prepare(sql).get(endsAfter) as { sending: number }).sending
}
