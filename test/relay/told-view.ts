/** What Timeback holds, as far as a test wants to read it: metrics by name, in seconds as on the wire. */
import type { StoredEvent } from '../../src/sandbox/sandbox.ts'
import type { World } from './relay-world.ts'

export interface ToldTime {
  run: string
  at: number
  seconds: Record<string, number>
  because: Record<string, string>
  splitMs: Record<string, number>
}

export interface ToldCompletion {
  run: string
  at: number
  attempt: number
  values: Record<string, number>
}

interface Generated {
  attempt?: number
  items: { type: string; value: number; subType?: string }[]
  extensions?: { splitMs?: Record<string, number> }
}

const ofType = (world: World, type: string) =>
  world.sandbox.events().filter((event) => event.type === type)

const toShared = ({ extensions, eventTime }: StoredEvent) => ({
  run: String((extensions as { runId?: string }).runId),
  at: Date.parse(eventTime),
})

const toValues = ({ items }: Generated) =>
  Object.fromEntries(items.map(({ type, value }) => [type, value]))

export function readTimes(world: World): ToldTime[] {
  return ofType(world, 'TimeSpentEvent').map((event) => {
    const generated = event.generated as unknown as Generated
    const reasons = generated.items.flatMap(({ type, subType }) =>
      subType === undefined ? [] : [[type, subType]],
    )
    return {
      ...toShared(event),
      seconds: toValues(generated),
      because: Object.fromEntries(reasons) as Record<string, string>,
      splitMs: generated.extensions?.splitMs ?? {},
    }
  })
}

export function readCompletions(world: World): ToldCompletion[] {
  return ofType(world, 'ActivityEvent').map((event) => {
    const generated = event.generated as unknown as Generated
    return { ...toShared(event), attempt: generated.attempt ?? 0, values: toValues(generated) }
  })
}

/** All told time by metric, in seconds; rounded, as sums of seconds are not exact. */
export function sumTimes(world: World): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const { seconds } of readTimes(world))
    for (const [metric, value] of Object.entries(seconds)) {
      sum[metric] = Math.round(((sum[metric] ?? 0) + value) * 1_000) / 1_000
    }
  return sum
}
