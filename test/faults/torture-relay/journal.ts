// What the parent of a relay that dies writes down, and what the auditor holds against the relay's database: each
// receipt that a page got, and what each run was truly worth. It outlives every relay.

import type { Worth } from './work.ts'

export interface Journal {
  /** A page got a receipt: the relay said that it has so much of this entry. */
  receive(id: string, reach: number): void
  /** A page got an answer to a flush, whatever it says. */
  answer(): void
  /** Something went wrong that nobody planned: a refusal, a conflict, an answer that is none. */
  complain(what: string): void
  /** An entry that some page made: nothing else may turn up. */
  make(id: string): void
  /** A run has ended: its whole worth. */
  end(runId: string, worth: Worth): void
  /** The furthest reach that was receipted, by entry. */
  receipts: ReadonlyMap<string, number>
  made: ReadonlySet<string>
  worths: ReadonlyMap<string, Worth>
  complaints: readonly string[]
  /** Answered flushes, and verdicts in them. */
  count(): { answers: number; verdicts: number }
  /** Resolves when so many more flushes are answered. */
  untilAnswered(more: number): Promise<void>
  /** Receipts since it was asked last. */
  takeFresh(): Map<string, number>
}

export function createJournal(): Journal {
  const receipts = new Map<string, number>()
  const made = new Set<string>()
  const worths = new Map<string, Worth>()
  const complaints: string[] = []
  let fresh = new Map<string, number>()
  let answers = 0
  let verdicts = 0
  let wanted = { at: Infinity, tell: () => {} }
  const raise = (map: Map<string, number>, id: string, reach: number) =>
    map.set(id, Math.max(map.get(id) ?? 0, reach))

  return {
    receive(id, reach) {
      verdicts += 1
      raise(receipts, id, reach)
      raise(fresh, id, reach)
    },
    answer() {
      answers += 1
      if (answers === wanted.at) wanted.tell()
    },
    untilAnswered: (more) =>
      new Promise((resolve) => {
        wanted = { at: answers + more, tell: resolve }
      }),
    complain: (what) => void complaints.push(what),
    make: (id) => void made.add(id),
    end: (runId, worth) => void worths.set(runId, worth),
    receipts,
    made,
    worths,
    complaints,
    count: () => ({ answers, verdicts }),
    takeFresh() {
      const taken = fresh
      fresh = new Map()
      return taken
    },
  }
}
