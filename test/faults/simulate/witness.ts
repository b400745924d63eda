/**
 * Who saw what in a simulated world: what came onto a disk, what a relay gave its receipt for, when a run was settled.
 * It notes where and when, never how much: that is for the auditor to find out from what the learner did.
 */

/** An entry that a relay gave its receipt for. `wayMs` is what the flush took that brought it. */
interface Arrival {
  learner: string
  runId: string
  legId: string
  wayMs: number
}

/** What the relay has done, in the order of its commits. */
export type Deed =
  | (Arrival & { type: 'started'; wallAt: number })
  | (Arrival & { type: 'received'; from: number; to: number })
  | (Arrival & { type: 'ended' })
  | { type: 'settled'; learner: string; runId: string; completes: boolean }

/** An entry as it is in a row or on the wire, as much as is looked at. */
export interface SeenEntry {
  type: 'start' | 'slice' | 'end'
  id: string
  wallAt?: number
  /** Of an end: the leg that wrote it. */
  legId?: string
  spans?: [string, number, number][]
}

export interface Kept {
  /** The furthest that was ever on a disk, by entry, with that disk's name. */
  rows: Map<string, { disk: string; entry: SeenEntry; reach: number }>
  deeds: Deed[]
}

export const toReach = ({ spans }: SeenEntry): number => spans?.at(-1)?.[2] ?? 0

export function toDeed(learner: string, wayMs: number, entry: SeenEntry): Deed {
  const [runId = '', second = ''] = entry.id.split('/')
  const arrival = { learner, runId, legId: entry.legId ?? second, wayMs }
  switch (entry.type) {
    case 'start':
      return { ...arrival, type: 'started', wallAt: entry.wallAt ?? 0 }
    case 'end':
      return { ...arrival, type: 'ended' }
    case 'slice':
      return { ...arrival, type: 'received', from: entry.spans?.[0]?.[1] ?? 0, to: toReach(entry) }
  }
}
