/**
 * How a database of any of our versions becomes the one that storage.ts describes. A migration that has been released
 * never changes: what comes after it is a new one.
 */
import { sql, type Kysely } from 'kysely'

/** A column's SQL, short: `?` is nullable, `=0` counts from 0. Integers hold epoch ms, so they are wide. */
type Column = 'text' | 'text?' | 'int' | 'int?' | 'int=0'

async function makeTable(
  db: Kysely<unknown>,
  name: string,
  columns: Record<string, Column>,
  key: string[],
): Promise<void> {
  let table = db.schema.createTable(name).addPrimaryKeyConstraint(`${name}_key`, key as never)
  for (const [column, kind] of Object.entries(columns)) {
    table = table.addColumn(column, kind.startsWith('text') ? 'text' : 'bigint', (definition) => {
      const made = kind.endsWith('?') ? definition : definition.notNull()
      return kind === 'int=0' ? made.defaultTo(0) : made
    })
  }
  await table.execute()
}

async function makeFirstTables(db: Kysely<unknown>): Promise<void> {
  const ofRun = { learner: 'text', run_id: 'text' } as const
  await makeTable(db, 'learners', { learner: 'text', email: 'text', role: 'text' }, ['learner'])
  await makeTable(
    db,
    'runs',
    {
      ...ofRun,
      activity: 'text?',
      preview: 'int',
      first_at: 'int',
      last_at: 'int',
      end: 'text?',
      end_received_at: 'int?',
      completed: 'int=0',
      due_at: 'int?',
    },
    ['learner', 'run_id'],
  )
  await makeTable(
    db,
    'legs',
    { ...ofRun, leg_id: 'text', start: 'text?', offset_ms: 'int', offset_fixed: 'int=0' },
    ['learner', 'run_id', 'leg_id'],
  )
  await makeTable(
    db,
    'slices',
    {
      ...ofRun,
      leg_id: 'text',
      n: 'int',
      reach: 'int',
      told_reach: 'int=0',
      spans: 'text',
      received_at: 'int',
      opens_at: 'int',
      closes_at: 'int',
    },
    ['learner', 'run_id', 'leg_id', 'n'],
  )
  await makeTable(
    db,
    'told',
    {
      learner: 'text',
      from_at: 'int',
      to_at: 'int',
      run_id: 'text',
      metric: 'text',
      reason: 'text?',
      settlement_id: 'text',
    },
    ['learner', 'from_at'],
  )
  await makeTable(
    db,
    'settlements',
    {
      learner: 'text',
      settlement_id: 'text',
      run_id: 'text',
      state: 'text',
      completes: 'int',
      created_at: 'int',
      held: 'text?',
      next_at: 'int',
    },
    ['learner', 'settlement_id'],
  )
  await makeTable(
    db,
    'attempts',
    { learner: 'text', object_id: 'text', attempt: 'int', run_id: 'text' },
    ['learner', 'object_id', 'attempt'],
  )
  await makeTable(
    db,
    'outbox',
    {
      learner: 'text',
      outbox_id: 'text',
      seq: 'int',
      settlement_id: 'text',
      run_id: 'text',
      event_ids: 'text',
      body: 'text',
      state: 'text',
      created_at: 'int',
      tries: 'int=0',
      checks: 'int=0',
      next_at: 'int',
      lease_until: 'int?',
      answer: 'text?',
      maybe_twice: 'int=0',
    },
    ['learner', 'outbox_id'],
  )
  await db.schema.createIndex('runs_due').on('runs').column('due_at').execute()
  await db.schema
    .createIndex('settlements_next')
    .on('settlements')
    .columns(['state', 'next_at'])
    .execute()
  await db.schema.createIndex('outbox_next').on('outbox').columns(['state', 'next_at']).execute()
}

async function addOnPaper(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('slices').addColumn('on_paper', 'text').execute()
}

async function makeTickets(db: Kysely<unknown>): Promise<void> {
  await makeTable(
    db,
    'tickets',
    {
      ticket_id: 'text',
      sealed: 'text?',
      expires_at: 'int',
      used_at: 'int?',
      tab: 'text?',
    },
    ['ticket_id'],
  )
  await db.schema.createIndex('tickets_expiry').on('tickets').column('expires_at').execute()
}

async function addGradebook(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('recorded', 'text').execute()
  await db.schema
    .alterTable('outbox')
    .addColumn('kind', 'text', (column) => column.notNull().defaultTo('caliper'))
    .execute()
}

/**
 * Whatever is asked at each flush and in each round finds its rows by an index, so that it costs the same however many
 * rows there are; and runs can be pruned.
 */
async function letGrow(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('prune_from', 'bigint').execute()
  await db.schema
    .alterTable('runs')
    .addColumn('pruned_active_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update runs set prune_from = first_at`.execute(db)
  await db.schema.dropIndex('outbox_next').execute()
  const indexes = {
    runs_prune: ['runs', 'prune_from'],
    runs_of_anybody: ['runs', 'run_id'],
    learners_email: ['learners', 'email'],
    told_run: ['told', 'learner', 'run_id'],
    told_end: ['told', 'learner', 'to_at'],
    settlements_order: ['settlements', 'learner', 'state', 'created_at'],
    outbox_next: ['outbox', 'state', 'kind', 'next_at'],
    outbox_lane: ['outbox', 'learner', 'kind', 'state', 'seq'],
    outbox_run: ['outbox', 'learner', 'run_id'],
  }
  for (const [name, [table = '', ...columns]] of Object.entries(indexes)) {
    await db.schema.createIndex(name).on(table).columns(columns).execute()
  }
  await db.schema
    .createIndex('slices_untold')
    .on('slices')
    .columns(['learner', 'run_id'])
    .where(sql`reach`, '>', sql`told_reach`)
    .execute()
}

async function makeLosses(db: Kysely<unknown>): Promise<void> {
  const columns = { learner: 'text', said_at: 'int', lost_rows: 'int', lost_ms: 'int' } as const
  await makeTable(db, 'losses', columns, Object.keys(columns))
  await db.schema.createIndex('losses_prune').on('losses').column('said_at').execute()
}

async function addEarlierOffsets(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('legs').addColumn('earlier', 'text').execute()
}

/** In the order of their names. */
export const MIGRATIONS = {
  '001-first': { up: makeFirstTables },
  '002-on-paper': { up: addOnPaper },
  '003-tickets': { up: makeTickets },
  '004-gradebook': { up: addGradebook },
  '005-growth': { up: letGrow },
  '006-losses': { up: makeLosses },
  '007-earlier': { up: addEarlierOffsets },
}
