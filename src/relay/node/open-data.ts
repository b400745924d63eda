/** The relay's database for a command that looks into it: one that is there, and is never made. */
import { existsSync } from 'node:fs'
import type { Database } from '../storage.ts'
import type { Environment } from './config.ts'
import { openSqlite } from './sqlite.ts'

/** Lets `use` work on the file at `STINT_DATA`, and closes it. Throws a TypeError where there is none. */
export async function withData<T>(env: Environment, use: (db: Database) => Promise<T>): Promise<T> {
  const path = env.STINT_DATA || '.stint/relay.db'
  if (!existsSync(path)) {
    throw new TypeError(`There is no database at ${path}: set STINT_DATA as for stint relay`)
  }
  const db = openSqlite(path)
  try {
    return await use(db)
  } finally {
    await db.destroy()
  }
}
