import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { openSqlite } from '../../../src/relay/node/sqlite.ts'
import { prepareStorage } from '../../../src/relay/storage.ts'
import { createDataPath } from '../relay-world.ts'

it('lets no other process write between what a transaction reads and what it writes', async () => {
  const path = createDataPath()
  const db = openSqlite(path)
  await prepareStorage(db)
  const other = new DatabaseSync(path, { timeout: 0 })
  const write = (learner: string) =>
    other.prepare("insert into learners values (?, '', 'student')").run(learner)

  await db.transaction().execute(async (tx) => {
    const { rows } = await tx
      .selectFrom('learners')
      .select(({ fn }) => fn.countAll().as('rows'))
      .executeTakeFirstOrThrow()
    expect(() => write('ben')).toThrow('locked')
    await tx
      .insertInto('learners')
      .values({ learner: 'ana', email: `${rows}`, role: 'student' })
      .execute()
  })
  write('ben')
  expect(await db.selectFrom('learners').select('learner').execute()).toHaveLength(2)
  other.close()
  await db.destroy()
})
