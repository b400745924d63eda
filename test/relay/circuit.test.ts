import { describe, expect, it } from 'vitest'
import { createCircuit } from '../../src/relay/circuit.ts'
import { NotSentError } from '../../src/timeback/exchange.ts'
import { ALL_RIGHT, HOUR, MINUTE, SECOND, toEnd, toStart } from './entries.ts'
import { createClock, identifyAnybody, openPage, openWorld } from './relay-world.ts'
import { readCompletions } from './told-view.ts'

const HOST = 'https://timeback.example/'

/** A circuit before a service that answers as it is told: a status, or an error if there is none. */
function openService() {
  const clock = createClock()
  const asked: number[] = []
  const logged: string[] = []
  const service = { status: 200, headers: {}, before: Promise.resolve() }
  const log = (_: object, message: string) => void logged.push(message)
  const { fetch, slots } = createCircuit(
    { service: 'caliper', log: { info: log, warn: log, error: log } },
    {
      now: clock.now,
      random: () => 0,
      fetch: async () => {
        asked.push(clock.now())
        const { status, headers, before } = service
        await before
        if (!status) throw new TypeError('fetch failed')
        return new Response(null, { status, headers })
      },
    },
  )
  const ask = async () => {
    try {
      return (await fetch(HOST)).status
    } catch (error) {
      return error instanceof NotSentError ? 'not sent' : 'failed'
    }
  }
  return { clock, asked, logged, service, slots, ask }
}

async function openAndBreak(status = 500, headers = {}) {
  const world = openService()
  Object.assign(world.service, { status, headers })
  for (let n = 0; n < 5; n += 1) await world.ask()
  return world
}

describe('a circuit', () => {
  it('lets any number through while the service answers, whatever it says', async () => {
    const { service, slots, ask } = openService()
    service.status = 403
    for (let n = 0; n < 20; n += 1) expect(await ask()).toBe(403)
    expect(slots()).toBe(Infinity)
  })

  it.each([500, 503, 429, 0])('is open after five failures in a row (%s)', async (status) => {
    const { slots, ask, asked } = await openAndBreak(status)
    expect(slots()).toBe(0)
    expect(await ask()).toBe('not sent')
    expect(asked).toHaveLength(5)
  })

  it('stays closed where one request in between succeeds', async () => {
    const { service, slots, ask } = openService()
    for (const status of [500, 500, 500, 500, 200, 500, 500, 500, 500]) {
      service.status = status
      await ask()
    }
    expect(slots()).toBe(Infinity)
  })

  it('lets one request try, and no second beside it', async () => {
    const { clock, service, slots, ask } = await openAndBreak()
    clock.pass(SECOND)
    expect(slots()).toBe(1)
    let answer = () => {}
    service.before = new Promise((resolve) => {
      answer = resolve
    })
    service.status = 200
    const trial = ask()
    expect(slots()).toBe(0)
    expect(await ask()).toBe('not sent')
    answer()
    expect(await trial).toBe(200)
    expect(slots()).toBe(Infinity)
  })

  it('waits again where the try fails, and never longer than a minute', async () => {
    const { clock, ask, asked } = await openAndBreak()
    const before = asked.length
    for (let minute = 0; minute < 60; minute += 1) {
      clock.pass(MINUTE)
      await ask()
      expect(await ask()).toBe('not sent')
    }
    expect(asked).toHaveLength(before + 60)
  })

  it('waits as long as the service asks', async () => {
    const { clock, slots } = await openAndBreak(503, { 'retry-after': '600' })
    clock.pass(599 * SECOND)
    expect(slots()).toBe(0)
    clock.pass(SECOND)
    expect(slots()).toBe(1)
  })

  it('says once that it opened, and once that the service is back', async () => {
    const { clock, service, ask, logged } = await openAndBreak()
    for (const status of [500, 500, 200, 200]) {
      service.status = status
      clock.pass(MINUTE)
      await ask()
    }
    expect(logged).toEqual(['does not answer: one request at a time tries it', 'answers again'])
  })
})

describe('an outage', () => {
  it('costs Timeback one request at a time, and all is told within two minutes of its end', async () => {
    const world = await openWorld({ options: { identify: identifyAnybody }, random: () => 0.99 })
    for (let n = 0; n < 30; n += 1) {
      const page = await openPage(world, `learner-${n}`)
      await page.flush(toStart('r/a', page.wall()), toEnd('r/a', 0, ALL_RIGHT, {}))
    }
    world.sandbox.faults.add({ on: 'event', status: 503, count: 1_000 })
    await world.run(HOUR)
    // Those that were beside one another when it opened; then one a minute or so.
    expect(world.sends().length).toBeLessThan(80)
    world.sandbox.faults.clear()
    await world.run(2 * MINUTE)
    expect(readCompletions(world)).toHaveLength(30)
  })
})
