// Whether the relay has told Timeback all that it has of a run, by the relay's own word: what it says there is not
// believed, only awaited.

import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../../browser/world.ts'

/** Resolves when all of them are told, or when nobody wants to wait any longer. */
export async function untilSettled(
  world: World,
  runIds: readonly string[],
  mostMs: number,
): Promise<void> {
  const until = Date.now() + mostMs
  for (const runId of runIds)
    while (!(await isSettled(world, runId)) && Date.now() < until) await sleep(100)
}

async function isSettled(world: World, runId: string): Promise<boolean> {
  const { activity, legs, settlements, deliveries } = await world.report(runId)
  // Of a run that never came, or not its start, there is nothing that could be told.
  if (!activity) return true
  return (
    legs.every(({ timeline }) => timeline.every(({ outcome }) => outcome !== 'waiting')) &&
    settlements.every(({ state }) => state !== 'reserved') &&
    deliveries.every(({ state }) => state === 'delivered')
  )
}
