/** Which question, if any, the widget has for the learner now. It decides by what it is shown and has no timer. */
import type { RunSnapshot } from '../page/run-snapshot.ts'

/** `still`: quiet is about to begin. `paper`: it is over. `finished`: no question, but what the run came to. */
export type Asking = 'still' | 'paper' | 'finished'

export interface Asker {
  look(run: RunSnapshot, now: number): Asking | undefined
  /** The learner has answered. */
  answer(): void
}

const STILL_BEFORE_MS = 20_000
/** Shorter stretches are looked up in the details; being asked each time would be a nuisance. */
const PAPER_FROM_MS = 30_000
const PAPER_FOR_MS = 30_000

export function createAsker(): Asker {
  /** What the question is about, since when, and of which the learner wants to hear no more. */
  let idle = { at: 0, since: 0 }
  let paper = { ms: 0, since: 0 }
  let asked = ''
  let answered = ''

  const ask = (asking: Asking, of: string | number): Asking | undefined => {
    asked = `${asking} ${of}`
    return asked === answered ? undefined : asking
  }

  return {
    look({ runId, idleAt, claimableMs, presence, isEnded, result }, now) {
      asked = ''
      if (isEnded) return result ? ask('finished', runId) : undefined
      if (idleAt !== null && idleAt !== idle.at) idle = { at: idleAt, since: now }
      const leftMs = (idleAt ?? Infinity) - now
      // With a short threshold, not before half of it is over.
      if (leftMs > 0 && leftMs <= STILL_BEFORE_MS && leftMs <= now - idle.since)
        return ask('still', idle.at)
      if (presence !== 'active' || claimableMs < PAPER_FROM_MS) return undefined
      if (claimableMs !== paper.ms) paper = { ms: claimableMs, since: now }
      return now - paper.since < PAPER_FOR_MS ? ask('paper', claimableMs) : undefined
    },
    answer() {
      answered = asked
    },
  }
}
