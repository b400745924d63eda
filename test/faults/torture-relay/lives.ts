// The relay's lives, one after the other, each a process that ends by SIGKILL. The next one is loaded while the
// present one works, so that a kill costs a restart of the relay and not one of Node.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { bundleRelay } from './bundle-relay.ts'
import type { Orders, Word } from './relay-child.ts'

export interface Life {
  /** Where it listens, once it does. Never resolves if it is killed before; rejects if it can't start. */
  origin: Promise<string>
  setAhead(aheadMs: number): void
  kill(): Promise<void>
}

export interface Lives {
  /** Begins the next life. */
  begin(orders: Orders): Promise<Life>
  close(): Promise<void>
}

/** `onTrouble` hears what a relay has to complain about. */
export async function createLives(onTrouble: (what: string) => void): Promise<Lives> {
  const program = await bundleRelay()
  const load = () => {
    const child = fork(program.path, { execArgv: [], env: {} })
    return { child, loaded: untilWord(child, 'loaded') }
  }
  let spare = load()
  let living: ChildProcess | undefined

  return {
    async begin(orders) {
      const { child, loaded } = spare
      await loaded
      living = child
      spare = load()
      child.on('message', (word: Word) => {
        if (word.is === 'trouble') onTrouble(word.what)
      })
      const origin = Promise.race([
        untilWord(child, 'ready').then((word) => word.origin),
        untilWord(child, 'broken').then((word) => {
          throw new Error(`The relay does not start any more: ${word.what} (${orders.path})`)
        }),
      ])
      child.send(orders)
      return {
        origin,
        setAhead: (aheadMs) => void child.send({ ...orders, aheadMs }),
        async kill() {
          const gone = once(child, 'exit')
          child.kill('SIGKILL')
          await gone
        },
      }
    },
    async close() {
      living?.kill('SIGKILL')
      spare.child.kill('SIGKILL')
      await program.remove()
    },
  }
}

/** Resolves with the child's next word of a kind. */
export function untilWord<Is extends Word['is']>(child: ChildProcess, is: Is) {
  return new Promise<Extract<Word, { is: Is }>>((resolve) => {
    const hear = (word: Word) => {
      if (word.is !== is) return
      child.off('message', hear)
      resolve(word as Extract<Word, { is: Is }>)
    }
    child.on('message', hear)
  })
}
