// The commands on a database file, as an operator runs them beside the relay.

import { beforeEach, describe, expect, it } from 'vitest'
import { runParked } from '../../../src/relay/node/parked-command.ts'
import { openSqlite } from '../../../src/relay/node/sqlite.ts'
import { createDataPath, type World } from '../relay-world.ts'
import { MINUTE } from '../entries.ts'
import { finish, openSchool, readStates } from '../school-world.ts'
import { readCompletions } from '../told-view.ts'

let path: string
let world: World

beforeEach(async () => {
  path = createDataPath()
  world = await openSchool({ options: { db: openSqlite(path) } })
})

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const printed: string[] = []
  const code = await runParked(
    args,
    { env: { STINT_DATA: path }, print: (text) => void printed.push(text) },
    { now: world.clock.now },
  )
  return { code, output: printed.join('\n') }
}

/** Runs whose envelopes Timeback has refused; the ids of their rows. */
async function park(...runIds: string[]): Promise<string[]> {
  for (const runId of runIds) {
    await finish(world, { runId })
    world.sandbox.faults.add({ on: 'event', status: 403 })
    await world.relay.deliver()
  }
  const { output } = await run('list', '--json')
  return (JSON.parse(output) as { parked: { id: string }[] }).parked.map(({ id }) => id)
}

describe('stint parked list', () => {
  it('says so where nothing is parked', async () => {
    expect(await run('list')).toEqual({ code: 0, output: 'Nothing is parked.' })
  })

  it('has a line for each row, with whose it is and what Timeback answered', async () => {
    const [first = '', second = ''] = await park('r1', 'r2')
    const { code, output } = await run('list')
    const lines = output.split('\n')
    expect(code).toBe(0)
    expect(lines).toHaveLength(3)
    expect(lines[1]).toMatch(new RegExp(`^${first} .*caliper +demo-learner +r1 +403 `))
    expect(lines[2]).toMatch(new RegExp(`^${second} .*r2 `))
    expect(output).not.toContain('@school.example')
  })
})

describe('stint parked show', () => {
  it('has all that would be sent', async () => {
    const [id = ''] = await park('r')
    const { output } = await run('show', id)
    expect(output).toContain('"ActivityEvent"')
    const { output: json } = await run('show', id, '--json')
    expect(JSON.parse(json)).toMatchObject({ id, runId: 'r', body: { data: [{}, {}] } })
  })
})

describe('stint parked retry', () => {
  it('has one row sent again, and leaves the others', async () => {
    const [first = ''] = await park('r1', 'r2')
    expect((await run('retry', first)).output).toBe(
      "1 row is sent again in the relay's next round.",
    )
    await world.run(MINUTE)
    expect(readCompletions(world).map((told) => told.run)).toEqual(['r1'])
    expect(await readStates(world, 'r2')).toMatchObject({ caliper: ['parked'] })
  })

  it('has all sent again', async () => {
    await park('r1', 'r2')
    expect((await run('retry', '--all', '--json')).code).toBe(0)
    await world.run(MINUTE)
    expect(readCompletions(world).map((told) => told.run)).toEqual(['r1', 'r2'])
  })

  it('touches nothing that is not parked', async () => {
    await finish(world)
    await world.run(MINUTE)
    expect(JSON.parse((await run('retry', '--all', '--json')).output)).toEqual({ retried: [] })
    await world.run(MINUTE)
    expect(readCompletions(world)).toHaveLength(1)
  })
})

describe('stint parked drop', () => {
  it('gives the row up for good, and the looking for its result', async () => {
    const [id = ''] = await park('r')
    expect(await run('drop', id)).toEqual({ code: 0, output: `${id} is given up.` })
    await run('retry', '--all')
    await world.run(60 * MINUTE)
    expect(world.sandbox.events()).toEqual([])
    expect(await readStates(world)).toEqual({ caliper: ['dropped'], readback: ['dropped'] })
  })

  it('leaves the result of another event of the run to be looked for', async () => {
    await finish(world)
    const relay = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      const isTime =
        request.url.endsWith('/event') && (await request.clone().text()).includes('TimeSpentEvent')
      return isTime ? Response.json({}, { status: 400 }) : world.sandbox.fetch(request)
    })
    await relay.deliver()
    const [id = ''] = await park()
    await run('drop', id)
    await world.run(5 * MINUTE, relay)
    expect(await readStates(world)).toEqual({
      caliper: ['dropped', 'delivered'],
      readback: ['delivered'],
    })
  })
})

describe('an id that is not parked', () => {
  it.each(['show', 'retry', 'drop'])('is said by %s, with exit code 1', async (verb) => {
    const { code, output } = await run(verb, 'nobody')
    expect(code).toBe(1)
    expect(output).toBe('Nothing parked has the id nobody: see stint parked list')
  })
})

describe('a command line that means nothing', () => {
  it.each([[], ['list', 'x'], ['show'], ['drop'], ['drop', '--all'], ['retry', 'x', '--all']])(
    'is refused before the database is opened: %s',
    async (...args) => {
      path = '/nowhere/relay.db'
      await expect(run(...args)).rejects.toThrow('stint parked --help')
    },
  )

  it('makes no database where there is none', async () => {
    path = '/nowhere/relay.db'
    await expect(run('list')).rejects.toThrow('There is no database at /nowhere/relay.db')
  })
})
