/**
 * Who saw what in a simulated world: what came onto a disk, what a relay gave its receipt for, when a run was settled.
 * It notes where and when, never how much: that is for the auditor to find out from what the learner did.
 */
import type { RootOperationNode } from 'kysely'
import type { Chronicle } from './chronicle.ts'
import type { Answered } from './network.ts'
import { watchSettlements } from './settlements.ts'

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

export interface Witness {
  kept: Kept
  /** A relay has answered, and its answer is on the way. */
  hearAnswer(answered: Answered): void
  /** A row came onto a disk. */
  seeRow(disk: string, json: string): void
  /** The browser has emptied a disk: what was on it is no page's to bring any more. */
  forget(disk: string): void
  /** One for each relay: hears of each statement that came back. */
  toListener(): (node: RootOperationNode) => void
}

export function createWitness({ tell, count, accuse }: Chronicle): Witness {
  const kept: Kept = { rows: new Map(), deeds: [] }
  return {
    kept,
    hearAnswer({ path, body, status, answer, arrivedAt, aheadMs }) {
      count(`${path} ${status}`)
      if (path !== '/v1/entries' || status !== 200) return
      const flush = JSON.parse(body) as { grant: string; sentAt: number; entries: SeenEntry[] }
      const wayMs = arrivedAt + aheadMs - flush.sentAt
      const { verdicts } = JSON.parse(answer) as { verdicts: SeenVerdict[] }
      const learner = readSubject(flush.grant)
      for (const [index, entry] of flush.entries.entries()) {
        const { verdict, id, message } = verdicts[index]!
        tell(`relay has ${id.slice(-14)} to ${toReach(entry)}: ${verdict} after ${wayMs}`)
        if (verdict !== 'stored' && verdict !== 'known') accuse(`${id} was ${verdict}: ${message}`)
        else kept.deeds.push(toDeed(learner, wayMs, entry))
      }
    },
    seeRow(disk, json) {
      const { entry, deadAt } = JSON.parse(json) as { entry?: SeenEntry; deadAt?: number }
      if (!entry || deadAt !== undefined) return
      const reach = toReach(entry)
      const before = kept.rows.get(entry.id)
      if (!before || before.reach <= reach) kept.rows.set(entry.id, { disk, entry, reach })
    },
    forget(disk) {
      for (const [id, row] of kept.rows) if (row.disk === disk) kept.rows.delete(id)
    },
    toListener() {
      const watch = watchSettlements((settled) => {
        tell(`settled ${settled.runId}`)
        kept.deeds.push(settled)
      })
      return (node) => {
        count('queries')
        watch(node)
      }
    },
  }
}

interface SeenVerdict {
  verdict: string
  id: string
  message?: string
}

const readSubject = (token: string): string =>
  (JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { sub: string }).sub
