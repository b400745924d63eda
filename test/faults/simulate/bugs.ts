/**
 * Bugs that the simulation must find, each a small change of one source file. They are planted in what Node has read, so
 * that nothing in src/ knows of them; a change whose place is not found, or found twice, fails.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

export interface Bug {
  name: string
  /** From the repository's root. */
  file: string
  /** What is replaced, each found once, and by what. */
  changes: readonly (readonly [find: string, plant: string])[]
}

export const BUGS: readonly Bug[] = [
  {
    name: 'delete before receipt',
    file: 'src/page/flush.ts',
    changes: [
      [
        `    const outcome = await post<Receipt>(`,
        `    await outbox.settle(
      batch.map(({ entry, reach }, index) => ({ index, id: entry.id, verdict: 'stored', reach })),
    )
    const outcome = await post<Receipt>(`,
      ],
    ],
  },
  {
    name: 'receipt before commit',
    file: 'src/relay/group.ts',
    changes: [
      [
        `    await receive(db, arrival, patience).then(resolve, reject)`,
        `    await db
      .transaction()
      .execute(async (tx) => {
        resolve((await receiveIn(tx, [arrival], patience))[0]!)
        for (let query = 0; query < 3; query += 1)
          await tx.selectFrom('runs').select('run_id').limit(1).execute()
      })
      .catch(reject)`,
      ],
    ],
  },
  {
    name: 'id minted on retry',
    file: 'src/relay/deliver.ts',
    changes: [
      [
        `return act(db, options, row, await options.caliper.send(body))`,
        `return act(
        db,
        options,
        row,
        await options.caliper.send(
          row.tries > 0
            ? body.replace(/("id":"urn:uuid:)[0-9a-f-]{36}/g, (_, to) => to + crypto.randomUUID())
            : body,
        ),
      )`,
      ],
    ],
  },
  {
    name: 'overlap counted twice',
    file: 'src/relay/reserve.ts',
    changes: [
      [`toOwned(withoutTold(claims, [...told, toForgotten(at, keepMs)]))`, `toOwned(claims)`],
    ],
  },
  {
    name: 'lease of a dead sender taken for none',
    file: 'src/relay/deliver.ts',
    changes: [
      [
        `const diedSending = due.lease_until !== null && due.kind === 'caliper'`,
        `const diedSending = false`,
      ],
    ],
  },
  {
    name: 'reach compared the wrong way at delete',
    file: 'src/page/outbox.ts',
    changes: [[`row.reach <= verdict.reach`, `row.reach >= verdict.reach`]],
  },
  {
    name: 'unclear sent again without asking',
    file: 'src/relay/deliver.ts',
    changes: [
      [
        `    state: 'unclear',
    checks: 0,`,
        `    state: 'waiting',
    checks: 0,`,
      ],
    ],
  },
  {
    name: 'a leg with two writers',
    file: 'src/page/leg-writer.ts',
    changes: [[`const legId = mintId()`, `const legId = 'leg'`]],
  },
  {
    name: 'a leg moves that has taken an instant from another',
    file: 'src/relay/reserve.ts',
    changes: [[`  await fixWinners(tx, rivals, instants, pieces)\n`, ``]],
  },
  {
    name: 'time of a leg that was placed late is clipped',
    file: 'src/relay/keep.ts',
    changes: [
      [`received_at: receivedAt + toLateMs(leg.offset_ms, arrival)`, `received_at: receivedAt`],
    ],
  },
]

/** The file's text with the bug in it. Throws where a place is not there, or not the only one. */
export function plantIn(text: string, { name, file, changes }: Bug): string {
  return changes.reduce((changed, [find, plant]) => {
    const times = changed.split(find).length - 1
    if (times !== 1) throw new Error(`"${name}" belongs in one place of ${file}: found ${times}`)
    return changed.replace(find, () => plant)
  }, text)
}

/** From now on the bug's file is read with it. Throws where there is no such bug. */
export function plantBug(called: string): void {
  const bug = BUGS.find(({ name }) => name === called)
  if (!bug)
    throw new Error(`no bug is called ${called}: ${BUGS.map(({ name }) => name).join(', ')}`)
  const url = new URL(`../../../${bug.file}`, import.meta.url).href
  registerHooks({
    load(address, context, nextLoad) {
      if (address !== url) return nextLoad(address, context)
      const source = plantIn(readFileSync(new URL(url), 'utf8'), bug)
      return { format: 'module-typescript', source, shortCircuit: true }
    },
  })
}
