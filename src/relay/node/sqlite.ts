/**
 * The embedded storage: one SQLite file through Node's own `node:sqlite`. WAL with `synchronous=FULL`, so that a
 * commit which returned is on the disk (SQLite, "PRAGMA synchronous"): the receipt waits for just that.
 */
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
} from 'kysely'
import { LRUCache } from 'lru-cache'
import { StorageError, type Tables } from '../storage.ts'

/** Opens `path`, making its folder; `:memory:` keeps nothing. Close it with `destroy()`. */
export function openSqlite(path: string): Kysely<Tables> {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000')
  return new Kysely<Tables>({
    dialect: {
      createAdapter: () => new WholeMigrations(),
      createDriver: () => new WriterFirst({ database: adapt(database) }),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
}

/** SQLite makes tables in transactions too: a relay that is killed among them finds all of them, or none. */
class WholeMigrations extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true
  }
}

/**
 * All our transactions write. One that took the lock only then would fail if another process (`stint parked`, a second
 * relay) had written since it began to read; this way it waits (SQLite, "Transaction": BEGIN IMMEDIATE).
 */
class WriterFirst extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** Most queries are asked again and again, and SQLite takes longer to read one than to answer it. */
const STATEMENTS_KEPT = 200

/** What Kysely's SQLite dialect asks of a driver, over Node's. */
function adapt(database: DatabaseSync) {
  const prepared = new LRUCache<string, StatementSync>({
    max: STATEMENTS_KEPT,
    memoMethod: (sql) => database.prepare(sql),
  })
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const statement = prepared.memo(sql)
      const toArguments = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) =>
          sayWhy(() => statement.all(...toArguments(parameters))),
        run(parameters: readonly unknown[]) {
          // A full disk ends a transaction by itself, and an error of its rollback would stand before the first.
          if (sql === 'rollback' && !database.isTransaction) return NOTHING_DONE
          return sayWhy(() => statement.run(...toArguments(parameters)))
        },
        // Not the one that is kept: whoever asks the same in between would begin it anew.
        iterate: (parameters: readonly unknown[]) =>
          database.prepare(sql).iterate(...toArguments(parameters)),
      }
    },
  }
}

const NOTHING_DONE = { changes: 0, lastInsertRowid: 0 }

/** By SQLite's primary result codes ("Result and Error Codes"): SQLITE_BUSY and SQLITE_FULL. */
const REASONS = new Map<number, StorageError['reason']>([
  [5, 'busy'],
  [13, 'full'],
])

function sayWhy<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    // The bits above are what makes it an extended one.
    const reason = REASONS.get(((cause as { errcode?: number }).errcode ?? 0) & 0xff)
    if (!reason) throw cause
    throw new StorageError(reason, { cause })
  }
}
