import { describe, expect, it } from 'vitest'
import type { Receipt } from '../../src/contract/flush.ts'
import type { Audit, Fate } from '../../src/relay/audit.ts'
import { toDayRange } from '../../src/relay/day.ts'
import { dropParked, listParked } from '../../src/relay/parked.ts'
import { createRandomLegs } from './audit-legs.ts'
import { DAY, HOUR, MINUTE, MONDAY, SECOND, toEnd, toSlice, toSpans, toStart } from './entries.ts'
import { API_KEY, createClock, get, openPage, openWorld, post, type World } from './relay-world.ts'

const TODAY = '2026-01-26'

async function readAudit(world: World, day = TODAY, learner = 'ada'): Promise<Audit> {
  const authorization = `Bearer ${API_KEY}`
  const response = await get(world.relay, `/v1/audit?learner=${learner}&day=${day}`, {
    authorization,
  })
  if (response.status !== 200) throw new Error(await response.text())
  const audit = (await response.json()) as Audit
  const sum = Object.values(audit.ms).reduce((total, ms) => total + ms, 0)
  expect(sum).toBe(audit.wallMs)
  return audit
}

/** Without the parts that are 0. */
const toParts = ({ ms }: Pick<Audit, 'ms'>) =>
  Object.fromEntries(Object.entries(ms).filter(([, part]) => part > 0)) as Partial<
    Record<Fate, number>
  >

const openUtc = (at = MONDAY) => openWorld({ options: { timezone: 'UTC' }, clock: createClock(at) })

/** A minute and a half that has just passed: a minute active, half a minute idle. */
async function work(world: World, leg = 'r/a', learner = 'ada') {
  const page = await openPage(world, learner)
  const wallAt = page.wall()
  world.clock.pass(90 * SECOND)
  await page.flush(
    toStart(leg, wallAt),
    toSlice(leg, 0, ...toSpans(['active', 60_000], ['idle', 30_000])),
    toEnd(leg, 90_000),
  )
}

describe('what browsers say they have lost', () => {
  const say = async (world: World, lost: object, learner = 'ada') => {
    const { grant, wall } = await openPage(world, learner)
    const flush = {
      v: 1,
      grant: grant.token,
      sentAt: wall(),
      entries: [toStart('r/a', wall())],
      lost,
    }
    const answer = await post(world.relay, '/v1/entries', flush)
    return ((await answer.json()) as Receipt).verdicts
  }

  it('is in the day it was said in, and in no other learner’s', async () => {
    const world = await openUtc()
    await say(world, { rows: 1, ms: 2_000 })
    world.clock.pass(MINUTE)
    await say(world, { rows: 3, ms: 9_500 })
    const { losses, wallMs } = await readAudit(world)
    expect(losses).toEqual([
      { at: MONDAY, rows: 1, ms: 2_000 },
      { at: MONDAY + MINUTE, rows: 3, ms: 9_500 },
    ])
    expect(wallMs).toBe(0)
    expect((await readAudit(world, TODAY, 'ben')).losses).toEqual([])
    expect((await readAudit(world, '2026-01-27')).losses).toEqual([])
  })

  it('costs no entry that came with it, however it is said', async () => {
    const world = await openUtc()
    expect(await say(world, { rows: -1, ms: 'many' })).toMatchObject([{ verdict: 'stored' }])
    expect((await readAudit(world)).losses).toEqual([])
  })

  it('is pruned with the rest', async () => {
    const world = await openUtc()
    await say(world, { rows: 1, ms: 2_000 })
    world.clock.pass(89 * DAY)
    await world.relay.deliver()
    expect((await readAudit(world)).losses).toHaveLength(1)
    world.clock.pass(DAY)
    await world.relay.deliver()
    expect((await readAudit(world)).losses).toEqual([])
  })
})

describe('the audit of a day', () => {
  it('says that nothing is known of a day without legs', async () => {
    const world = await openUtc()
    await work(world)
    expect(await readAudit(world, '2026-01-25')).toMatchObject({ wallMs: 0, legs: [] })
    expect(await readAudit(world, TODAY, 'ben')).toMatchObject({ wallMs: 0, legs: [] })
  })

  it('follows the time from waiting to told', async () => {
    const world = await openUtc()
    await work(world)
    expect(toParts(await readAudit(world))).toEqual({ waiting: 90_000 })
    world.sandbox.faults.add({ on: 'event', status: 503 })
    await world.relay.deliver()
    expect(toParts(await readAudit(world))).toEqual({ sending: 90_000 })
    await world.run(MINUTE)
    const audit = await readAudit(world)
    expect(toParts(audit)).toEqual({ told: 90_000 })
    expect(audit.counted).toMatchObject({ active: 60_000, inactive: 30_000, waste: 0 })
    expect(audit.legs).toMatchObject([
      { runId: 'r', legId: 'a', activity: 'fractions', from: MONDAY, to: MONDAY + 90_000 },
    ])
  })

  it('says what is parked, and what was given up', async () => {
    const world = await openUtc()
    await work(world)
    world.sandbox.faults.add({ on: 'event', status: 403 })
    await world.relay.deliver()
    expect(toParts(await readAudit(world))).toEqual({ parked: 90_000 })
    const [row] = await listParked(world.db)
    await dropParked(world.db, row!.id)
    expect(toParts(await readAudit(world))).toEqual({ dropped: 90_000 })
  })

  it('calls no time parked of which the completion alone was refused', async () => {
    const world = await openUtc()
    await work(world)
    const relay = await world.startRelay({}, async (input, init) => {
      const request = new Request(input, init)
      const isRefused =
        request.url.endsWith('/event') && (await request.clone().text()).includes('ActivityEvent')
      return isRefused ? Response.json({}, { status: 400 }) : world.sandbox.fetch(request)
    })
    await relay.deliver()
    expect(await listParked(world.db)).toHaveLength(1)
    expect(toParts(await readAudit(world))).toEqual({ told: 90_000 })
  })

  it('counts a hole between slices, and one before the promised end, as missing', async () => {
    const world = await openUtc()
    const page = await openPage(world)
    const wallAt = page.wall()
    world.clock.pass(10 * MINUTE)
    await page.flush(
      toStart('r/a', wallAt),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toSlice('r/a', 2, ['active', 2 * MINUTE, 3 * MINUTE, 0]),
      toEnd('r/a', 5 * MINUTE, {}, { a: { slices: 5, reach: 5 * MINUTE } }),
    )
    await world.run(2 * MINUTE)
    const audit = await readAudit(world)
    expect(toParts(audit)).toEqual({ told: 2 * MINUTE, missing: 3 * MINUTE })
    expect(audit.wallMs).toBe(5 * MINUTE)
    expect(audit.legs[0]?.missing).toEqual([1, 3, 4])
  })

  it('counts the same instants of two tabs in both, and tells them once', async () => {
    const world = await openUtc()
    const page = await openPage(world)
    const wallAt = page.wall()
    world.clock.pass(MINUTE)
    for (const leg of ['r/a', 's/b'])
      await page.flush(
        toStart(leg, wallAt),
        toSlice(leg, 0, ['active', 0, MINUTE, 0]),
        toEnd(leg, MINUTE),
      )
    await world.run(MINUTE)
    expect(toParts(await readAudit(world))).toEqual({ told: MINUTE, elsewhere: MINUTE })
  })

  it('lists a leg whose start has not come, without a time', async () => {
    const world = await openUtc()
    const page = await openPage(world)
    await page.flush(toSlice('r/a', 0, ['active', 0, MINUTE, 0]))
    expect(await readAudit(world)).toMatchObject({ wallMs: 0, legs: [{ runId: 'r', from: null }] })
  })

  it('calls what a teacher did a preview', async () => {
    const world = await openUtc()
    await work(world, 'r/a', 'teacher')
    expect(toParts(await readAudit(world, TODAY, 'teacher'))).toEqual({ preview: 90_000 })
  })

  it('cuts a leg at midnight, and the two days together are all of it', async () => {
    const midnight = Date.UTC(2026, 0, 27)
    const world = await openUtc(midnight - 30_000)
    await work(world)
    await world.run(MINUTE)
    expect(toParts(await readAudit(world))).toEqual({ told: 30_000 })
    expect((await readAudit(world)).counted).toMatchObject({ active: 30_000, inactive: 0 })
    expect(toParts(await readAudit(world, '2026-01-27'))).toEqual({ told: 60_000 })
  })

  it('finds what came weeks later', async () => {
    const world = await openUtc()
    const page = await openPage(world)
    const wallAt = page.wall()
    world.clock.pass(20 * DAY)
    await page.flush(
      toStart('r/a', wallAt),
      toSlice('r/a', 0, ['active', 0, MINUTE, 0]),
      toEnd('r/a', MINUTE),
    )
    await world.run(MINUTE)
    expect(toParts(await readAudit(world))).toEqual({ told: MINUTE })
  })

  it.each([1, 2, 3, 4, 5])(
    'adds up to the wall time of the legs, whatever came of them (days by chance, %i)',
    async (seed) => {
      const world = await openUtc()
      const wallMs = await createRandomLegs(world, seed)
      for (const wait of [0, MINUTE, 20 * MINUTE, HOUR]) {
        if (wait > 0) await world.run(wait)
        expect((await readAudit(world)).wallMs).toBe(wallMs)
      }
    },
  )
})

describe('GET /v1/audit', () => {
  it.each(['2026-02-30', '26.1.2026', ''])('refuses %o, which is no day', async (day) => {
    const world = await openUtc()
    const authorization = `Bearer ${API_KEY}`
    const path = `/v1/audit?learner=ada&day=${day}`
    expect((await get(world.relay, path, { authorization })).status).toBe(400)
  })

  it('shows nothing to a learner, not even their own', async () => {
    const world = await openUtc()
    const { grant } = await openPage(world)
    const authorization = `Bearer ${grant.reading.token}`
    const path = `/v1/audit?learner=ada&day=${TODAY}`
    expect((await get(world.relay, path, { authorization })).status).toBe(401)
    expect((await get(world.relay, path)).status).toBe(401)
  })
})

describe('a day', () => {
  it.each([
    ['2026-01-26', 'UTC', Date.UTC(2026, 0, 26), 24],
    ['2026-01-26', 'America/Chicago', Date.UTC(2026, 0, 26, 6), 24],
    ['2026-01-26', 'Pacific/Kiritimati', Date.UTC(2026, 0, 25, 10), 24],
    ['2026-03-08', 'America/Chicago', Date.UTC(2026, 2, 8, 6), 23],
    ['2026-11-01', 'America/Chicago', Date.UTC(2026, 10, 1, 5), 25],
  ])('%s in %s begins and ends as people there have it', (day, zone, from, hours) => {
    expect(toDayRange(day, zone)).toEqual({ from, to: from + hours * HOUR })
  })

  it.each(['2026-02-30', '2026-1-26', 'today'])('%s is none', (day) => {
    expect(() => toDayRange(day, 'UTC')).toThrow(RangeError)
  })
})
