/**
 * The second copy of what no verdict has named: in localStorage, since a browser that is killed in mid-write can lose
 * all of IndexedDB. One key per leg, written by its page alone, so that no two tabs overwrite each other.
 *
 * Invariant: a key goes once every row in it was named by a verdict, whoever heard that. A copy is never the truth about
 * a leg, only something that can be put back: ids make it harmless to send a row again.
 */
import type { Entry } from '../contract/entry.ts'
import type { Verdict } from '../contract/flush.ts'
import { SITTING_MS } from '../contract/limits.ts'
import { attempt } from './kept.ts'
import type { Lost } from './lost.ts'
import type { Row, Token } from './outbox.ts'

/** What one leg's key holds. */
export interface Copy {
  /** Epoch ms of the page's clock. */
  at: number
  /** Its page went on: it may have seen more, until its next copy was due. */
  isOpen: boolean
  /** By grant: without them nobody could send the rows. */
  tokens: Record<string, Token>
  rows: Row[]
  /** What waits for a grant of its page: how much, not what, as it may be no other learner's. */
  unclaimed: Lost
}

export interface Mirror {
  /** Copies this page's rows. The leg that is named goes on, and its key stays though all of it was named. */
  write(rows: readonly Row[], tokens: ReadonlyMap<string, Token>, openLegId?: string): void
  /** The copies of other pages, dead or alive; and how much in them no page can claim any more, said once. */
  readOthers(): { copies: Copy[]; unclaimed: Lost }
  /** Takes away the keys of other pages in which nothing waits any more. */
  settle(verdicts: readonly (Verdict | { id: string; reach: number })[]): void
}

/** How often an open leg is copied: Chromium writes localStorage to the disk 60 times an hour at most. */
export const MIRROR_MS = 60_000

const PREFIX = 'stint:leg:'

export function createMirror(): Mirror {
  let own = new Set<string>()
  /** Keys of other pages whose rows this one has put back. */
  let others: string[] = []
  /** How far verdicts have named rows. */
  const named = new Map<string, number>()

  const read = (key: string) =>
    attempt(() => {
      const copy = JSON.parse(localStorage[key] as string) as Copy
      return isCopy(copy) ? copy : undefined
    })
  const write = (key: string, copy: Copy) =>
    attempt(() => (localStorage[key] = JSON.stringify(copy)))
  const remove = (key: string) => attempt(() => delete localStorage[key])

  return {
    write(rows, tokens, openLegId) {
      const copies = new Map<string, Copy>()
      const toCopy = (legId: string) => {
        const copy = copies.get(legId) ?? {
          at: Date.now(),
          isOpen: legId === openLegId,
          tokens: Object.fromEntries(tokens),
          rows: [],
          unclaimed: { rows: 0, ms: 0 },
        }
        copies.set(legId, copy)
        return copy
      }
      if (openLegId) toCopy(openLegId)
      for (const row of rows) {
        const copy = toCopy(toLegId(row.entry))
        if (row.grantId) copy.rows.push(row)
        else copy.unclaimed = toSum([copy.unclaimed, toLost(row)])
      }
      for (const legId of own) if (!copies.has(legId)) remove(PREFIX + legId)
      for (const [legId, copy] of copies) write(PREFIX + legId, copy)
      own = new Set(copies.keys())
    },

    readOthers() {
      const copies: Copy[] = []
      const unclaimed: Lost[] = []
      others = (attempt(() => Object.keys(localStorage)) ?? []).filter(
        (key) => key.startsWith(PREFIX) && !own.has(key.slice(PREFIX.length)),
      )
      for (const key of others) {
        const copy = read(key)
        if (!copy) continue
        // No grant reaches back to it.
        if (copy.unclaimed.rows && Date.now() - copy.at > SITTING_MS) {
          unclaimed.push(copy.unclaimed)
          copy.unclaimed = { rows: 0, ms: 0 }
          write(key, copy)
        }
        copies.push(copy)
      }
      return { copies, unclaimed: toSum(unclaimed) }
    },

    settle(verdicts) {
      if (!others.length) return
      for (const verdict of verdicts)
        named.set(verdict.id, 'reach' in verdict ? verdict.reach : Infinity)
      others = others.filter((key) => {
        // As it is now: its page may have come further.
        const copy = read(key)
        if (!copy) return false
        const isWaiting = copy.rows.some(({ entry, reach }) => !(named.get(entry.id)! >= reach))
        // A page at work would miss its key.
        if (isWaiting || copy.unclaimed.rows || isAlive(copy)) return true
        remove(key)
        return false
      })
    },
  }
}

/** As this version writes it, and not a later one: anything else stays as it is. May throw at what is none. */
const isCopy = ({ at, tokens, rows, unclaimed }: Copy) =>
  at > 0 &&
  Object.values(tokens).every(({ token }) => token) &&
  rows.every(({ entry, reach }) => entry.id && reach >= 0) &&
  unclaimed.rows + unclaimed.ms >= 0

/** Its page may be at work. */
export const isAlive = ({ isOpen, at }: Copy) => isOpen && Math.abs(Date.now() - at) < 2 * MIRROR_MS

/** The ms that a row alone tells of. */
export const toLost = ({ entry, reach }: Row): Lost => ({
  rows: 1,
  ms: entry.type === 'slice' ? reach - entry.spans[0]![1] : 0,
})

export const toSum = (all: readonly Lost[]): Lost =>
  all.reduce((sum, { rows, ms }) => ({ rows: sum.rows + rows, ms: sum.ms + ms }), {
    rows: 0,
    ms: 0,
  })

export const toLegId = (entry: Entry) =>
  entry.type === 'end' ? entry.legId : entry.id.split('/')[1]!
