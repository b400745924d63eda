/** Runs of which a host's server says what they came to. */
import { RelayError, type HostResult } from '../../src/relay/relay.ts'
import { ALL_RIGHT, FRACTIONS, MINUTE, toEnd, toSlice, toStart } from './entries.ts'
import { openPage, openWorld, type World } from './relay-world.ts'

export const NINE = { totalQuestions: 10, correctQuestions: 9 }
export const SEVEN = { totalQuestions: 10, correctQuestions: 7 }

/** A learner whom the relay has met, and what they work on. */
export const OF_ADA = { learner: 'ada', activity: FRACTIONS }

export async function openMet(options = {}, learner = 'ada') {
  const world = await openWorld({ options })
  const page = await openPage(world, learner, { sinceMs: 4 * MINUTE })
  return { world, page }
}

/** Four active minutes of a page, without an end unless it is given. */
export async function openWorked(options = {}, result?: typeof ALL_RIGHT) {
  const { world, page } = await openMet(options)
  const slice = toSlice('r/a', 0, ['active', 0, 4 * MINUTE, 0])
  const end = result ? [toEnd('r/a', 4 * MINUTE, result)] : []
  await page.flush(toStart('r/a', page.wall() - 4 * MINUTE), slice, ...end)
  return { world, page }
}

export async function refuse(world: World, given: unknown) {
  const error = await world.relay.record(given as HostResult).catch((thrown: unknown) => thrown)
  if (!(error instanceof RelayError)) throw new Error('it was recorded')
  return { status: error.status, code: error.code, path: error.path }
}

export const countRuns = async (world: World) =>
  (await world.db.selectFrom('runs').select('run_id').execute()).length
