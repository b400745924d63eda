/**
 * What Timeback holds of the events it was sent. Rows are only ever added: there is no edit and no delete. A row is
 * there at once for `all` and for listeners, and after the read lag for readers over HTTP.
 */
import type { CaliperEvent } from './schema.ts'
import type { Envelope } from './validate.ts'

/** Source: the stored form that the official Python SDK and a public client read back; it has no `@context`. */
export interface StoredEvent extends Omit<CaliperEvent, '@context' | 'id'> {
  /** Timeback's own number; the sender's urn is `externalId`. */
  id: number
  externalId: string
  sensor: string
  sendTime: string
  created_at: string
  updated_at: string
  deleted_at: null
  clientAppId: null
}

export interface StoreOptions {
  readLagMs: number
  /** What happens to an event id that was stored before is not documented: a second row, or silence. */
  duplicates: 'store' | 'drop'
}

export type Listener = (event: StoredEvent) => void

/** Where an event of an envelope ended up, as a job's result names it. */
export interface Allocation {
  allocatedId: number
  externalId: string
}

interface Row {
  event: StoredEvent
  visibleAt: number
}

/** `now` gives epoch milliseconds. */
export function createStore({ readLagMs, duplicates }: StoreOptions, now: () => number) {
  const rows: Row[] = []
  const firstById = new Map<string, Row>()
  const listeners = new Set<Listener>()
  const isVisible = ({ visibleAt }: Row) => visibleAt <= now()

  const add = (event: CaliperEvent, envelope: Envelope): StoredEvent => {
    const known = firstById.get(event.id)
    if (known && duplicates === 'drop') return known.event
    const at = now()
    const row = { event: toStored(event, envelope, rows.length + 1, at), visibleAt: at + readLagMs }
    rows.push(row)
    if (!known) firstById.set(event.id, row)
    for (const listener of listeners) listener(row.event)
    return row.event
  }

  return {
    /** Gives the rows of the envelope's events: for one that was dropped, the row that was there. */
    add: (envelope: Envelope): StoredEvent[] =>
      envelope.events.map((event) => add(event, envelope)),
    all: (): StoredEvent[] => rows.map(({ event }) => event),
    listVisible: (): StoredEvent[] => rows.filter(isVisible).map(({ event }) => event),
    /** Of two rows with one id, the first. */
    findVisible(externalId: string): StoredEvent | undefined {
      const first = firstById.get(externalId)
      return first && isVisible(first) ? first.event : undefined
    },
    subscribe(listener: Listener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    clear(): void {
      rows.length = 0
      firstById.clear()
    },
  }
}

export type Store = ReturnType<typeof createStore>

function toStored(event: CaliperEvent, envelope: Envelope, id: number, at: number): StoredEvent {
  const { '@context': _context, id: externalId, ...rest } = event
  const { sensor, sendTime } = envelope
  const created = new Date(at).toISOString()
  return {
    ...rest,
    id,
    externalId,
    sensor,
    sendTime,
    created_at: created,
    updated_at: created,
    deleted_at: null,
    clientAppId: null,
  }
}

/** As a job's result names a row. */
export function toAllocation({ id, externalId }: StoredEvent): Allocation {
  return { allocatedId: id, externalId }
}
