/**
 * When a run is settled, as seen from what a relay asks of its storage: it marks the run's slices as told and, if there
 * is anything to tell, writes a settlement. Only once the last statement has come back is it done; a relay that dies before
 * has settled nothing.
 */
import type { InsertQueryNode, RootOperationNode } from 'kysely'
import type { Deed } from './witness.ts'

type Settlement = Extract<Deed, { type: 'settled' }>

/** One for each relay. Hears of each statement that came back; `onSettled` of each run that is settled by it. */
export function watchSettlements(onSettled: (settlement: Settlement) => void) {
  let completes = false
  let isMarked = false
  return (node: RootOperationNode): void => {
    if (node.kind === 'InsertQueryNode' && toTable(node.into) === 'settlements') {
      const values = readInserted(node)
      completes = values['completes'] === 1
      isMarked = true
    }
    if (node.kind !== 'UpdateQueryNode') return
    const table = toTable(node.table)
    const columns = (node.updates ?? []).map(
      ({ column }) => (column as unknown as Named).column.name,
    )
    if (table === 'slices' && columns.includes('told_reach')) isMarked = true
    if (table !== 'runs' || !columns.includes('due_at') || !isMarked) return
    const [learner = '', runId = ''] = readCompared(node.where)
    onSettled({ type: 'settled', learner, runId, completes })
    completes = isMarked = false
  }
}

/** What is read of a statement as Kysely builds it: names and values. */
interface Named {
  column: { name: string }
}

const toTable = (node: unknown): string | undefined =>
  (node as { table?: { identifier: { name: string } } } | undefined)?.table?.identifier.name

function readInserted({ columns = [], values }: InsertQueryNode): Record<string, unknown> {
  const [row] = (values as unknown as { values: { values: unknown[] }[] }).values
  return Object.fromEntries(
    columns.map((column, index) => [(column as unknown as Named).column.name, row!.values[index]]),
  )
}

/** The values that a condition compares with, in their order. */
const readCompared = (where: unknown): string[] =>
  [...JSON.stringify(where).matchAll(/"kind":"ValueNode","value":"([^"]*)"/g)].map(
    ([, value]) => value!,
  )
