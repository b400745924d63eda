/**
 * What has gone for good in this browser, counted since it first lost something, whoever worked in it. Kept in
 * localStorage, for the page that finds out may not live to tell; and a sum, so that telling it twice changes nothing.
 */
import { attempt } from './kept.ts'

/** So many rows of which at least a part is gone, and at most so many ms. */
export interface Lost {
  rows: number
  ms: number
}

export interface Losses {
  /** As far as this page has looked. */
  total(): Lost
  add(more: Lost): void
  /** What the relay has not been told yet. */
  untold(): Lost | undefined
  onTold(told: Lost): void
}

interface Kept extends Lost {
  isHeard: boolean
}

const KEY = 'stint:lost'

const NOTHING: Kept = { rows: 0, ms: 0, isHeard: true }

export function createLosses(): Losses {
  let kept = NOTHING

  /** Other tabs count too. */
  const read = () => {
    kept = attempt(() => JSON.parse(localStorage[KEY] as string) as Kept) ?? kept
    return kept
  }

  const write = (next: Kept) => {
    kept = next
    attempt(() => (localStorage[KEY] = JSON.stringify(next)))
  }

  return {
    total: () => ({ rows: kept.rows, ms: kept.ms }),
    add({ rows, ms }) {
      const before = read()
      if (rows) write({ rows: before.rows + rows, ms: before.ms + ms, isHeard: false })
    },
    untold() {
      const { rows, ms, isHeard } = read()
      return isHeard ? undefined : { rows, ms }
    },
    onTold(told) {
      // More may have gone meanwhile.
      if (read().rows === told.rows) write({ ...told, isHeard: true })
    },
  }
}
