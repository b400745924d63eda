// What it costs a page's main thread to keep what it has seen, each second: the tick that writes, with all that follows
// from it at once, and each answer of the storage. It runs in the page.
//
// Time is the bench's, a second for each checkpoint; what is measured is real. A task's time is taken by two listeners
// around the one that does the work: the microtasks of a listener run before the next one is called.

export interface CheckpointGiven {
  script: string
  relay: string
  /** Without a relay everything stays, and the copies grow. */
  isOffline: boolean
  checkpoints: number
}

/** Ms of the main thread for each checkpoint. */
export interface CheckpointResult {
  isOffline: boolean
  ms: number[]
  /** Rows that waited in the end. */
  waiting: number
}

export async function measureCheckpoints(given: CheckpointGiven): Promise<CheckpointResult> {
  const TICKS_A_SECOND = 5
  const FLUSH_EVERY = 15
  const CHANGE_EVERY = 20
  const WARM_UP = 200
  const realNow = performance.now.bind(performance)
  const time = { now: realNow(), toWallMs: Date.now() - realNow() }
  let tick: (() => void) | undefined
  let isOffline = false
  let answersMs = 0
  const open = new Set<EventTarget>()

  takeOverTime()
  takeOverStorage()
  takeOverNetwork()
  const stint = await loadStint()
  isOffline = given.isOffline

  const ms: number[] = []
  for (let at = -WARM_UP; at < given.checkpoints; at += 1) {
    const cost = await measureCheckpoint()
    if (at >= 0) ms.push(cost)
    if (at % CHANGE_EVERY === 0) stint.current?.[at % (2 * CHANGE_EVERY) ? 'resume' : 'pause']()
    if (!isOffline && at % FLUSH_EVERY === 0) await stint.flush()
  }
  return { isOffline: given.isOffline, ms, waiting: await countWaiting() }

  function takeOverTime() {
    performance.now = () => time.now
    Date.now = () => Math.floor(time.toWallMs + time.now)
    globalThis.setInterval = ((act: () => void) => {
      tick = act
      return 0
    }) as unknown as typeof setInterval
  }

  /** `act` is called with the target; the two others are listeners before and after what it will add at once. */
  function surround(target: EventTarget, type: string) {
    let from = 0
    open.add(target)
    target.addEventListener(type, () => (from = realNow()))
    queueMicrotask(() =>
      target.addEventListener(type, () => {
        answersMs += realNow() - from
        open.delete(target)
      }),
    )
  }

  function takeOverStorage() {
    const store = IDBObjectStore.prototype
    for (const name of ['get', 'put', 'delete'] as const) {
      const real = store[name] as (...values: unknown[]) => IDBRequest
      store[name] = function (this: IDBObjectStore, ...values: unknown[]) {
        const request = real.apply(this, values)
        surround(request, 'success')
        return request
      } as never
    }
    const begin = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...values) {
      const transaction = begin.apply(this, values)
      surround(transaction, 'complete')
      return transaction
    }
  }

  function takeOverNetwork() {
    const real = globalThis.fetch
    globalThis.fetch = (...values) =>
      isOffline ? Promise.reject(new TypeError('Failed to fetch')) : real(...values)
  }

  async function loadStint() {
    interface Global {
      current: { pause(): void; resume(): void } | null
      flush(): Promise<void>
      getSnapshot(): { sync: string }
    }
    const script = document.createElement('script')
    Object.assign(script.dataset, { activity: 'cost', name: 'Cost', subject: 'Math', grade: '5' })
    Object.assign(script.dataset, { relay: given.relay, widget: 'off' })
    script.textContent = given.script
    document.body.append(script)
    const { Stint } = window as unknown as { Stint: Global }
    while (Stint.getSnapshot().sync !== 'saved') await new Promise((go) => setTimeout(go, 50))
    if (!tick) throw new Error('Stint has no interval.')
    return Stint
  }

  async function measureCheckpoint() {
    // The last of them writes.
    let tickMs = 0
    for (let left = TICKS_A_SECOND; left > 0; left -= 1) {
      time.now += 1_000 / TICKS_A_SECOND
      answersMs = 0
      tickMs = await measureTask(tick!)
    }
    // The storage has to have answered.
    do await measureTask(() => {})
    while (open.size > 0)
    return tickMs + answersMs
  }

  function measureTask(act: () => void) {
    return new Promise<number>((resolve) => {
      const { port1, port2 } = new MessageChannel()
      let from = 0
      port1.addEventListener('message', () => (from = realNow()))
      port1.addEventListener('message', act)
      port1.addEventListener('message', () => {
        resolve(realNow() - from)
        port1.close()
      })
      port1.start()
      port2.postMessage(0)
    })
  }

  function countWaiting() {
    return new Promise<number>((resolve) => {
      const opening = indexedDB.open('stint')
      opening.addEventListener('success', () => {
        const store = opening.result.transaction('outbox').objectStore('outbox')
        const counting = store.count(IDBKeyRange.bound('entry:', 'entry;'))
        counting.addEventListener('success', () => resolve(counting.result))
      })
    })
  }
}
