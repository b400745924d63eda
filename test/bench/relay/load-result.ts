// What the load is given, and what it tells.

export interface LoadGiven {
  origin: string
  /** Whether pages get grants first, and insist on receipts. */
  isRelay: boolean
  connections: number
  warmUpMs: number
  measuredMs: number
}

export interface LoadResult {
  /** Flushes with one entry each. */
  perSecond: number
  count: number
  bodyBytes: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** How much of a core the load took. */
  loadCpu: number
}
