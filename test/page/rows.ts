/** Rows of an outbox, what a relay says of them, and a browser's storage that several pages share. */
import { createStore, get, keys, type UseStore } from 'idb-keyval'
import type { Verdict } from '../../src/contract/flush.ts'
import type { Grant } from '../../src/contract/grant.ts'
import { createOutbox, type Row, type RunRow } from '../../src/page/outbox.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { DEFAULT_POLICY } from '../../src/core/policy.ts'
import { toEnd, toStart } from '../contract/entries.ts'
import { giveStorage } from './storage.ts'

export const RELAY = 'https://relay.example'

export const RUN_ID = 'run-1'

export const STARTED_AT = 1_000

export const toStartRow = (grantId = 'g1', legId = 'leg-1'): Row => ({
  entry: { ...toStart(), id: `${RUN_ID}/${legId}/start` },
  grantId,
  reach: 0,
})

export const toEndRow = (grantId = 'g1'): Row => ({ entry: toEnd(), grantId, reach: 0 })

/** Slice 0 of a leg, all active, as far as `reach`. */
export const toSliceRow = (reach: number, grantId = 'g1', legId = 'leg-1'): Row => ({
  entry: { v: 1, type: 'slice', id: `${RUN_ID}/${legId}/0`, spans: [['active', 0, reach, 0]] },
  grantId,
  reach,
})

/** What a page knows of the run when one leg of it has come so far. */
export const toRunRow = (active = 0, legId = 'leg-1'): RunRow => ({
  totals: { ...NO_TIME, active },
  startedAt: STARTED_AT,
  legs: { [legId]: { slices: 1, reach: active } },
})

/** The relay has the row as far as `reach`. */
export const toStored = ({ entry, reach }: Row, reached = reach): Verdict => ({
  index: 0,
  id: entry.id,
  verdict: 'stored',
  reach: reached,
})

/** The relay had the row before. */
export const toKnown = (row: Row, reach = row.reach): Verdict => ({
  index: 0,
  id: row.entry.id,
  verdict: 'known',
  reach,
})

/** The relay will never take the row. */
export const toRefused = ({ entry }: Row): Verdict => ({
  index: 0,
  id: entry.id,
  verdict: 'refused',
  code: 'field_range',
  path: 'spans',
  message: 'out of range',
})

export const toGrant = (grant: Partial<Grant> = {}): Grant => ({
  v: 1,
  id: 'g1',
  token: 'token-g1',
  learnerKey: 'ada',
  opensAt: 0,
  closesAt: 12 * 3_600_000,
  uploadUntil: 40 * 24 * 3_600_000,
  preview: false,
  policy: DEFAULT_POLICY,
  allowances: [],
  mayRelax: false,
  flushEveryMs: 15_000,
  looksUp: true,
  reading: { token: 'reading', until: 0 },
  ...grant,
})

export const toIds = (rows: readonly Row[]) => rows.map(({ entry }) => entry.id)

/** One browser's storage. A page that has trouble with it fails the test. */
export function createDisk() {
  giveStorage()
  const use = createStore('stint', 'outbox')
  return {
    use,
    /** Each page has a connection of its own. */
    openPage: () => createOutbox(RELAY, unexpected),
    keys: () => keys<string>(use),
    read: <T>(key: string) => get<T>(key, use),
  }
}

/** A storage that fails whenever `isBroken` says so. */
export const createFlaky =
  (use: UseStore, isBroken: () => boolean): UseStore =>
  (mode, act) =>
    isBroken() ? Promise.reject(new Error('quota')) : use(mode, act)

export const rejecting: UseStore = () => Promise.reject(new Error('quota'))

/** As in a sandboxed frame. */
export const throwing: UseStore = () => {
  throw new Error('forbidden')
}

function unexpected(cause: unknown): never {
  throw new Error('the storage should have worked', { cause })
}
