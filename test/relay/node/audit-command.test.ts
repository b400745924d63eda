import { beforeEach, describe, expect, it } from 'vitest'
import { runAudit } from '../../../src/relay/node/audit-command.ts'
import { openSqlite } from '../../../src/relay/node/sqlite.ts'
import { keepLoss } from '../../../src/relay/losses.ts'
import { createDataPath, openWorld } from '../relay-world.ts'
import { MINUTE } from '../entries.ts'
import { finish } from '../school-world.ts'

let path: string

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const printed: string[] = []
  const code = await runAudit(args, {
    env: { STINT_DATA: path, STINT_TIMEZONE: 'UTC' },
    print: (text) => void printed.push(text),
  })
  return { code, output: printed.join('\n') }
}

beforeEach(async () => {
  path = createDataPath()
  const world = await openWorld({ options: { db: openSqlite(path) } })
  await finish(world, { learner: 'ada' })
  await world.run(MINUTE)
})

describe('stint audit', () => {
  it('prints each part of the day and their sum', async () => {
    const { code, output } = await run('--learner', 'ada', '--day', '2026-01-26')
    expect(code).toBe(0)
    expect(output).toMatch(/^told +240\.000 +Timeback has it$/m)
    expect(output).toMatch(/^wall time +240\.000 +of 1 leg$/m)
    expect(output).toContain('counted as active 240.000')
    expect(output).toMatch(/^r +a +fractions +2026-01-26T10:00:00\.000Z +240\.000$/m)
  })

  it('prints the same for machines', async () => {
    const { output } = await run('--learner', 'ada', '--day', '2026-01-26', '--json')
    expect(JSON.parse(output)).toMatchObject({ wallMs: 240_000, ms: { told: 240_000, late: 0 } })
  })

  it('says what a browser has lost for good', async () => {
    const db = openSqlite(path)
    await keepLoss(db, 'ada', { rows: 2, ms: 1_500 }, Date.UTC(2026, 0, 26, 12))
    await db.destroy()
    const { output } = await run('--learner', 'ada', '--day', '2026-01-26')
    expect(output).toContain(
      'At 2026-01-26T12:00:00.000Z a browser said that of 2 entries at most 1.500 s are gone',
    )
  })

  it('ends with 1 where nothing is known', async () => {
    expect(await run('--learner', 'ada', '--day', '2026-01-25')).toEqual({
      code: 1,
      output: 'Nothing is known of ada on 2026-01-25.',
    })
  })

  it.each([
    [['--learner', 'ada'], 'needs --learner ID and --day'],
    [['--learner', 'ada', '--day', '2026-02-30'], '--day is no day: 2026-02-30'],
    [['--learner', 'ada', '--day', '2026-01-26', 'more'], 'takes no more'],
  ])('refuses %j', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message)
  })
})
