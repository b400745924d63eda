/**
 * The relays' storage: SQLite in memory, by the same dialect as the embedded one. Statements are prepared once for all
 * worlds, which is most of what a query costs; a world begins by emptying the tables.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, sql, SqliteDialect } from 'kysely'
import { prepareStorage, type Database, type Tables } from '../../../src/relay/storage.ts'

export interface Storage {
  db: Database
  /** As it was when it was new. */
  empty(): void
  /** Reads at once, whoever holds a transaction. */
  read<T>(text: string): T[]
}

export async function openStorage(): Promise<Storage> {
  const database = new DatabaseSync(':memory:')
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapt(database) }) })
  await prepareStorage(db)
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master where type = 'table' and name not like 'kysely%'`.execute(db)
  const emptying = rows.map(({ name }) => `delete from "${name}"`).join(';')
  return {
    db,
    empty() {
      // What a world left open when it ended.
      if (database.isTransaction) database.exec('rollback')
      database.exec(emptying)
    },
    read: <T>(text: string) => database.prepare(text).all() as T[],
  }
}

function adapt(database: DatabaseSync) {
  const prepared = new Map<string, StatementSync>()
  const prepare = (text: string) => {
    const known = prepared.get(text) ?? database.prepare(text)
    prepared.set(text, known)
    return known
  }
  return {
    close: () => database.close(),
    prepare(text: string) {
      const statement = prepare(text)
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
        run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
        iterate: (values: readonly unknown[]) => statement.iterate(...(values as SQLInputValue[])),
      }
    },
  }
}
