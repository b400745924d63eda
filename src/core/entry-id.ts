/** Ids of entries: deterministic, so that a repeated send is known for what it is. */

export const toStartId = (runId: string, legId: string) => `${runId}/${legId}/start`
export const toSliceId = (runId: string, legId: string, n: number) => `${runId}/${legId}/${n}`
export const toEndId = (runId: string) => `${runId}/end`

export interface EntryId {
  runId: string
  /** Absent for `end`, which belongs to the whole run. */
  legId?: string
  /** The slice's number. */
  n?: number
}

/** Reads an id that its schema has already found well-formed. */
export function readEntryId(id: string): EntryId {
  const [runId = '', second = '', third] = id.split('/')
  if (third === undefined) return { runId }
  return third === 'start' ? { runId, legId: second } : { runId, legId: second, n: Number(third) }
}
