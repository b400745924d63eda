import type { KyselyPlugin } from 'kysely'
import type { World } from './relay-world.ts'

/** A relay whose storage works for so many queries and then never again, as if it were killed there. */
export async function startDying(world: World, queries: number) {
  let left = Infinity
  let isDead = false
  const death: KyselyPlugin = {
    transformQuery({ node }) {
      isDead = left <= 0
      if (isDead) throw new Error('killed')
      left -= 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const relay = await world.startRelay({ db: world.db.withPlugin(death) })
  left = queries
  return { relay, isDead: () => isDead }
}
