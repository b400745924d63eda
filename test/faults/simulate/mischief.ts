/** What happens to relays: each that ended is followed by another; some are killed between two queries, some are held. */
import type { Chronicle } from './chronicle.ts'
import type { Random } from './random.ts'
import type { RelayHost } from './relay-host.ts'
import type { Place, Scheduler } from './scheduler.ts'

export interface Mischief {
  /** Does no harm any more, and sees to it that a relay runs. */
  end(): void
}

export function startMischief(
  { scheduler, stage, host }: { scheduler: Scheduler; stage: Place; host: RelayHost },
  random: Random,
  { tell, count }: Chronicle,
): Mischief {
  let isOver = false

  const start = () => {
    tell('relay starts')
    count('relays')
    host.start()
  }
  const kill = () => {
    const queries = random.chance(0.7) ? random.int(1, 40) : 0
    tell(`relay dies after ${queries} queries`)
    count('kills')
    host.kill(queries)
  }
  const hold = () => {
    const ms = random.int(5_000, 200_000)
    tell(`relay is held for ${ms}`)
    count('holds')
    host.hold(ms)
  }
  const step = () => {
    if (isOver) return
    if (!host.serving()) start()
    else if (random.chance(0.05)) kill()
    else if (random.chance(0.01)) hold()
    scheduler.after(stage, random.int(500, 3_000), step)
  }
  scheduler.after(stage, 0, step)

  return {
    end() {
      isOver = true
      scheduler.after(stage, 0, () => {
        if (host.serving()) host.spare()
        else start()
      })
    },
  }
}
