// What really happens in a page, told to the parent as it happens: when the run began, when the page was seen, when
// something was about to be written and when that was done. It shares no line with src/, and lives on in the parent when
// the page is dead.

/** Instants are epoch ms by the page's clock, which is the machine's. */
export type Fact =
  /** `claimed`: the first entry of the run is on the disk, as the relay has said whose it is. */
  | { kind: 'start' | 'visible' | 'hidden' | 'put' | 'claimed'; at: number }
  /** A transaction is done: so far reach the run's slices that it wrote, in ms of their leg. */
  | { kind: 'kept'; at: number; reach: number }

/** The page's way to tell, put there by the protocol. */
export const BINDING = 'tortureTell'

/** The script to put first in a page. Its source text is what runs, so it uses nothing from outside itself. */
export const toRecorderTag = (): string => `<script>(${record})('${BINDING}')</script>`

function record(binding: string): void {
  const tell = (kind: string, more = {}) => {
    const send = (window as unknown as Record<string, (text: string) => void>)[binding]
    send?.(JSON.stringify({ kind, at: performance.timeOrigin + performance.now(), ...more }))
  }

  tell(document.visibilityState)
  document.addEventListener('visibilitychange', () => tell(document.visibilityState))

  // The script tag sets its global just before it starts the run.
  let stint: unknown
  Object.defineProperty(window, 'Stint', {
    configurable: true,
    get: () => stint,
    set(value) {
      tell('start')
      stint = value
    },
  })

  // A page puts back what others have left, too.
  const ownKey = `entry:${new URLSearchParams(location.search).get('run')}/`
  let isClaimed = false
  const reaches = new WeakMap<IDBTransaction, number>()
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (value: { reach?: number }, key?: IDBValidKey) {
    const { transaction } = this
    const isOwn = String(key).startsWith(ownKey)
    if (!reaches.has(transaction)) {
      tell('put')
      transaction.addEventListener('complete', () =>
        tell('kept', { reach: reaches.get(transaction) }),
      )
    }
    if (isOwn && !isClaimed) {
      isClaimed = true
      transaction.addEventListener('complete', () => tell('claimed'))
    }
    reaches.set(transaction, Math.max(reaches.get(transaction) ?? 0, (isOwn && value.reach) || 0))
    return put.call(this, value, key)
  }
}
