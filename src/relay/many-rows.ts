/** Many rows in one statement: what is asked or written of each costs little, and the statement itself does. */
import { sql, type RawBuilder } from 'kysely'

/** SQLite takes 32,766 values in a statement, and our widest row has thirteen. */
const ROWS_AT_ONCE = 500

/** The rows in lists, each short enough for one statement. */
export function toBatches<Row>(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = []
  for (let first = 0; first < rows.length; first += ROWS_AT_ONCE)
    batches.push(rows.slice(first, first + ROWS_AT_ONCE))
  return batches
}

/** To find rows by their keys: `(learner, run_id) in (values (…), (…))`. SQLite takes no list of tuples without the word. */
export function isAmong(
  columns: readonly string[],
  keys: readonly (readonly unknown[])[],
): RawBuilder<boolean> {
  const refs = sql.join(columns.map((column) => sql.ref(column)))
  const tuples = sql.join(keys.map((key) => sql`(${sql.join(key)})`))
  return sql<boolean>`(${refs}) in (values ${tuples})`
}
