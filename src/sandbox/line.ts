/** A stored event in one line for a terminal: what it is, whose, and its values. No name, no e-mail. */
import type { StoredEvent } from './store.ts'

export function toLine({ type, actor, generated }: StoredEvent): string {
  const { items = [] } = (generated ?? {}) as { items?: { type: string; value: number }[] }
  const values = items.map((item) => `${item.type} ${item.value}`).join(', ')
  const id = typeof actor === 'string' ? actor : String(actor.id)
  return `Timeback received ${type} of ${id.split('/').at(-1)}: ${values}`
}
