/**
 * What the code under test finds as the platform's own, while a world is simulated: clocks, timers, chance, and around
 * a page its browser. Each asks the place whose event runs, so that many tabs and relays share one process without
 * sharing anything else. Cryptography is the real one, in its synchronous form: a thread pool has an order of its own.
 */
import { createHash, createHmac, createSecretKey, KeyObject } from 'node:crypto'
import type { Place, Scheduler } from './scheduler.ts'

/** The names that only a page finds; what a place does not have stays the process's own. */
const OF_A_PAGE = [
  'document',
  'window',
  'navigator',
  'performance',
  'addEventListener',
  'removeEventListener',
  'sessionStorage',
  'localStorage',
  'indexedDB',
  'IDBKeyRange',
  'reportError',
]

/** Takes the process over. Returns what gives it back. */
export function installGlobals(scheduler: Scheduler): () => void {
  const place = (): Place => {
    const current = scheduler.current()
    if (!current) throw new Error('this happens outside the simulated world')
    return current
  }
  const mine: Record<string, PropertyDescriptor> = {
    ...toValues({ ...createTimers(scheduler, place), Date: createDate(scheduler) }),
    crypto: { value: createCrypto(place) },
  }
  for (const name of OF_A_PAGE) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name)
    const ours = own?.get ?? (() => own?.value as unknown)
    mine[name] = { get: () => scheduler.current()?.globals?.[name] ?? ours.call(globalThis) }
  }
  const restores = Object.entries(mine).map(([name, descriptor]) =>
    define(globalThis, name, descriptor),
  )
  restores.push(
    define(Math, 'random', { value: () => place().random() }),
    define(AbortSignal, 'timeout', { value: createTimeout(scheduler, place) }),
  )
  return () => restores.forEach((restore) => restore())
}

function define(target: object, name: string, descriptor: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name)
  Object.defineProperty(target, name, { configurable: true, ...descriptor })
  return () => {
    if (before) Object.defineProperty(target, name, before)
    else Reflect.deleteProperty(target, name)
  }
}

const toValues = (values: Record<string, unknown>): Record<string, PropertyDescriptor> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, writable: true }]),
  )

function createTimers({ after }: Scheduler, place: () => Place) {
  const stops = new Map<number, () => void>()
  let last = 0
  const set = (
    act: (...given: unknown[]) => void,
    ms = 0,
    isAgain = false,
    given: unknown[] = [],
  ) => {
    const id = (last += 1)
    const of = place()
    const wait = () =>
      stops.set(
        id,
        after(of, isAgain ? Math.max(ms, of.timerGrainMs()) : ms, () => {
          if (isAgain) wait()
          else stops.delete(id)
          act(...given)
        }),
      )
    wait()
    return id
  }
  const clear = (id: number | undefined) => {
    if (id === undefined) return
    stops.get(id)?.()
    stops.delete(id)
  }
  return {
    setTimeout: (act: () => void, ms?: number, ...given: unknown[]) => set(act, ms, false, given),
    setInterval: (act: () => void, ms?: number) => set(act, ms, true),
    clearTimeout: clear,
    clearInterval: clear,
  }
}

function createDate(scheduler: Scheduler): DateConstructor {
  const RealDate = globalThis.Date
  const read = () => scheduler.now() + (scheduler.current()?.aheadMs ?? 0)
  return new Proxy(RealDate, {
    construct: (target, given) =>
      Reflect.construct(target, given.length > 0 ? given : [read()]) as Date,
    get: (target, name) => (name === 'now' ? read : (Reflect.get(target, name) as unknown)),
  })
}

function createTimeout({ after }: Scheduler, place: () => Place) {
  return (ms: number): AbortSignal => {
    const controller = new AbortController()
    after(place(), ms, () => controller.abort(new DOMException('timed out', 'TimeoutError')))
    return controller.signal
  }
}

/** Ids drawn by the place, and the three operations that grants and tokens need. */
function createCrypto(place: () => Place) {
  const fill = (bytes: Uint8Array) => bytes.map(() => Math.floor(place().random() * 256))
  return {
    getRandomValues<T extends Uint8Array | Uint32Array>(into: T): T {
      const scale = 2 ** (8 * into.BYTES_PER_ELEMENT)
      for (let at = 0; at < into.length; at += 1) into[at] = Math.floor(place().random() * scale)
      return into
    },
    randomUUID() {
      const bytes = fill(new Uint8Array(16))
      bytes[6] = (bytes[6]! & 0x0f) | 0x40
      bytes[8] = (bytes[8]! & 0x3f) | 0x80
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
    subtle: {
      importKey: async (
        _: 'raw',
        secret: Uint8Array,
        algorithm: HmacImportParams,
        isExtractable: boolean,
        uses: KeyUsage[],
      ) => createSecretKey(secret).toCryptoKey(algorithm, isExtractable, uses),
      sign: async (_: unknown, key: CryptoKey, data: Uint8Array) => toSignature(key, data),
      verify: async (_: unknown, key: CryptoKey, signature: Uint8Array, data: Uint8Array) =>
        Buffer.compare(Buffer.from(toSignature(key, data)), signature) === 0,
      digest: async (_: 'SHA-256', data: Uint8Array) =>
        toBuffer(createHash('sha256').update(data).digest()),
    },
  }
}

const toSignature = (key: CryptoKey, data: Uint8Array) =>
  toBuffer(createHmac('sha256', KeyObject.from(key)).update(data).digest())

/** Not a view of Node's pool, as the real one would not give that either. */
const toBuffer = (bytes: Buffer) => Uint8Array.from(bytes).buffer
