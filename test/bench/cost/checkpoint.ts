// What it costs a page's main thread to keep what it has seen, each 800 ms: the tick that writes, with all that follows
// from it at once, each answer of the storage, and apart from these the task that arms the deferred request. It runs in
// the page.
//
// Time is the bench's, 800 ms for each checkpoint; what is measured is real. A task's time is taken by two listeners
// around the one that does the work: the microtasks of a listener run before the next one is called. So the first figure
// is what the same listeners say of one put of one small row, with nothing of Stint's.

export interface CheckpointGiven {
  script: string
  relay: string
  /** Without a relay everything stays, and the copies grow. */
  isOffline: boolean
  checkpoints: number
}

/** Ms of the main thread. */
export interface CheckpointResult {
  isOffline: boolean
  /** One put of one row, by the page itself. */
  onePut: number[]
  /** Each checkpoint: its tick and what the storage answered. */
  keep: number[]
  /** The task of its own after it. */
  arm: number[]
  /** The checkpoints, by their number, that made the minute's second copy too; its cost is in `keep`. */
  copied: number[]
  /** Rows that waited in the end. */
  waiting: number
}

export async function measureCheckpoints(
  given: CheckpointGiven,
  say: (text: string) => Promise<unknown>,
): Promise<CheckpointResult> {
  const TICK_MS = 200
  const TICKS = 4
  const FLUSH_EVERY = 19
  const CHANGE_EVERY = 20
  const SAY_EVERY = 300
  const WARM_UP = 200
  const realNow = performance.now.bind(performance)
  const time = { now: realNow(), toWallMs: Date.now() - realNow() }
  const result: CheckpointResult = {
    isOffline: given.isOffline,
    onePut: [],
    keep: [],
    arm: [],
    copied: [],
    waiting: 0,
  }
  /** What Stint has put off to the next task, once it is at work. */
  let putOff: (() => void)[] | undefined
  let tick: (() => void) | undefined
  let isOffline = false
  let answersMs = 0
  let isWritten = false
  const open = new Set<IDBTransaction>()
  let task: { act: () => void; resolve: (ms: number) => void } | undefined

  // One channel for all: what the bench throws away, its page has to collect, and that would show in the figures.
  const { port1, port2 } = new MessageChannel()
  let taskFrom = 0
  port1.addEventListener('message', () => (taskFrom = realNow()))
  port1.addEventListener('message', () => task!.act())
  port1.addEventListener('message', () => task!.resolve(realNow() - taskFrom))
  port1.start()

  takeOverStorage()
  await measureOnePuts()
  takeOverTime()
  takeOverNetwork()
  const stint = await loadStint()
  isOffline = given.isOffline
  putOff = []

  for (let at = -WARM_UP; at < given.checkpoints; at += 1) {
    const copy = readCopy()
    const { keepMs, armMs } = await measureCheckpoint()
    if (at >= 0) {
      result.keep.push(keepMs)
      result.arm.push(armMs)
      if (readCopy() !== copy) result.copied.push(at)
    }
    if (at % CHANGE_EVERY === 0) stint.current?.[at % (2 * CHANGE_EVERY) ? 'resume' : 'pause']()
    if (!isOffline && at % FLUSH_EVERY === 0) await stint.flush()
    await measurePutOff()
    if (at % SAY_EVERY === 0) await say(`  ${at} of ${given.checkpoints}`)
  }
  return { ...result, waiting: await countWaiting() }

  function takeOverTime() {
    performance.now = () => time.now
    Date.now = () => Math.floor(time.toWallMs + time.now)
    globalThis.setInterval = ((act: () => void) => {
      tick = act
      return 0
    }) as unknown as typeof setInterval
    const realSetTimeout = setTimeout
    globalThis.setTimeout = ((act: () => void, ms?: number, ...values: unknown[]) =>
      ms || !putOff ? realSetTimeout(act, ms, ...values) : putOff.push(act)) as never
  }

  /** Called with a target that is just made: between the two listeners is what its maker adds at once. */
  function surround(target: EventTarget, type: string, onAnswer?: () => void) {
    let from = 0
    target.addEventListener(type, () => (from = realNow()))
    queueMicrotask(() =>
      target.addEventListener(type, () => {
        answersMs += realNow() - from
        onAnswer?.()
      }),
    )
  }

  function takeOverStorage() {
    const store = IDBObjectStore.prototype
    for (const name of ['get', 'getAll', 'put', 'delete'] as const) {
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
      const close = () => open.delete(transaction)
      open.add(transaction)
      isWritten ||= values[1] === 'readwrite'
      surround(transaction, 'complete', close)
      transaction.addEventListener('abort', close)
      return transaction
    }
  }

  /** The relay's, not the bench's own. */
  function takeOverNetwork() {
    const real = globalThis.fetch
    globalThis.fetch = (...values) =>
      isOffline && String(values[0]).startsWith(given.relay)
        ? Promise.reject(new TypeError('Failed to fetch'))
        : real(...values)
  }

  async function measureOnePuts() {
    const db = await openStorage('one-put', 'rows')
    const put = () => {
      const row = { id: 'one', spans: [['active', 0, realNow()]], reach: realNow() }
      db.transaction('rows', 'readwrite').objectStore('rows').put(row, 'row')
    }
    for (let at = -WARM_UP; at < given.checkpoints; at += 1) {
      answersMs = 0
      const putMs = await measureTask(put)
      await untilAnswered()
      if (at >= 0) result.onePut.push(putMs + answersMs)
    }
    db.close()
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
    for (let left = TICKS; left > 0; left -= 1) {
      time.now += TICK_MS
      answersMs = 0
      isWritten = false
      tickMs = await measureTask(tick!)
    }
    if (!isWritten) throw new Error(`Stint does not write every ${TICKS * TICK_MS} ms any more.`)
    const armMs = await measurePutOff()
    await untilAnswered()
    return { keepMs: tickMs + answersMs, armMs }
  }

  async function measurePutOff() {
    let ms = 0
    for (const act of putOff!.splice(0)) ms += await measureTask(act)
    return ms
  }

  async function untilAnswered() {
    do await measureTask(() => {})
    while (open.size > 0)
  }

  function measureTask(act: () => void) {
    return new Promise<number>((resolve) => {
      task = { act, resolve }
      port2.postMessage(0)
    })
  }

  function readCopy() {
    const key = Object.keys(localStorage).find((name) => name.startsWith('stint:leg:'))
    return key && localStorage.getItem(key)
  }

  async function countWaiting() {
    const db = await openStorage('stint')
    const counting = db
      .transaction('outbox')
      .objectStore('outbox')
      .count(IDBKeyRange.bound('entry:', 'entry;'))
    return new Promise<number>((resolve) =>
      counting.addEventListener('success', () => resolve(counting.result)),
    )
  }

  function openStorage(name: string, toMake?: string) {
    const opening = indexedDB.open(name)
    if (toMake)
      opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(toMake))
    return new Promise<IDBDatabase>((resolve) =>
      opening.addEventListener('success', () => resolve(opening.result)),
    )
  }
}
