import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { audit, findLostReceipts, type LedgerEvent } from './audit.ts'

/** As much of the relay's tables as the auditor knows. */
function openDatabase() {
  const db = new DatabaseSync(':memory:')
  db.exec(`create table runs (run_id text, "end" text, due_at int);
    create table legs (run_id text, leg_id text, start text);
    create table slices (run_id text, leg_id text, n int, reach int, spans text);
    create table outbox (event_ids text, state text, answer text);
    insert into runs values ('r', '{}', null);
    insert into legs values ('r', 'a', '{}');
    insert into slices values ('r', 'a', 0, 900, '[["active",0,900,0]]');
    insert into slices values ('r', 'a', 1, 1500, '[["active",900,1500,0]]');
    insert into outbox values ('["urn:1","urn:2"]', 'delivered', null)`)
  return db
}

const toTime = (externalId: string, active: number): LedgerEvent => ({
  externalId,
  type: 'TimeSpentEvent',
  extensions: { runId: 'r' },
  generated: { items: [{ type: 'active', value: active / 1_000 }] },
})

const COMPLETION: LedgerEvent = {
  externalId: 'urn:2',
  type: 'ActivityEvent',
  extensions: { runId: 'r' },
  generated: { items: [] },
}

const KNOWN = {
  receipts: new Map([
    ['r/a/start', 0],
    ['r/a/0', 900],
    ['r/a/1', 1_200],
    ['r/end', 0],
  ]),
  made: new Set(['r/a/start', 'r/a/0', 'r/a/1', 'r/end']),
  worths: new Map([['r', { active: 1_500, inactive: 0 }]]),
}

const look = (
  ledger: LedgerEvent[] = [toTime('urn:1', 1_500), COMPLETION],
  change = '',
  known = KNOWN,
) => {
  const db = openDatabase()
  db.exec(change)
  return audit(db, ledger, known)
}

const CLEAN = { lostReceipts: [], doubledEntries: [], doubledEvents: [], lostEvents: [] }

describe('the auditor of a relay', () => {
  it('finds nothing where all is there, once', () => {
    expect(look()).toEqual(CLEAN)
  })

  it.each([
    ['update slices set reach = 1100 where n = 1', ['r/a/1']],
    ['delete from slices where n = 0', ['r/a/0']],
    ['update legs set start = null', ['r/a/start']],
    ['update runs set "end" = null', ['r/end']],
  ])('misses what a receipt names after %s', (change, ids) => {
    const db = openDatabase()
    db.exec(change)
    const lost = findLostReceipts(db, KNOWN.receipts)
    expect(lost.map((line) => line.split(':')[0])).toEqual(ids)
  })

  it('sees time that two slices of a leg both have, and an entry that nobody made', () => {
    const change = `update slices set spans = '[["active",800,1500,0]]' where n = 1`
    expect(look(undefined, change).doubledEntries).toHaveLength(1)
    const known = { ...KNOWN, made: new Set(['r/a/0']) }
    expect(look(undefined, '', known).doubledEntries).toHaveLength(1)
  })

  it('sees what was told twice, under two ids and under one', () => {
    const change = `insert into outbox values ('["urn:3"]', 'delivered', null)`
    const twice = [toTime('urn:1', 1_500), toTime('urn:3', 600), COMPLETION]
    expect(look(twice, change)).toMatchObject({ doubledEvents: [expect.stringContaining('2100')] })
    const again = [toTime('urn:1', 1_500), COMPLETION, COMPLETION]
    expect(look(again).doubledEvents).toHaveLength(2)
  })

  it('sees what was told too little of, and what was sent before it was kept', () => {
    expect(look([toTime('urn:1', 1_400), COMPLETION]).lostEvents).toHaveLength(1)
    expect(look([toTime('urn:9', 1_500), COMPLETION]).lostEvents).toHaveLength(1)
    const undone = `update outbox set state = 'parked'`
    expect(look(undefined, undone).lostEvents).toHaveLength(1)
  })
})
