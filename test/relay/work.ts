import type { Span } from '../../src/contract/entry.ts'
import type { Result } from '../../src/contract/result.ts'
import { ALL_RIGHT, toEnd, toSlice, toStart } from './entries.ts'
import type { Page, World } from './relay-world.ts'

/** Works through a whole run from now on, in one leg and one slice, and sends all of it at its end. */
export async function work(
  world: World,
  page: Page,
  runId: string,
  spans: Span[],
  result: Result = ALL_RIGHT,
) {
  const leg = `${runId}/a`
  const wallAt = page.wall()
  const reach = spans.at(-1)?.[2] ?? 0
  world.clock.pass(reach)
  await page.flush(toStart(leg, wallAt), toSlice(leg, 0, ...spans), toEnd(leg, reach, result))
  await world.relay.deliver()
}
