// What Stint adds to each input event: the same events dispatched with its listeners and without them, in turns. It
// runs in the page.
//
// Stint lets events of scripts pass at once, and only scripts can dispatch a hundred thousand. So its listeners are
// registered through wrappers, and get for the bench's own events a stand-in that is trusted: its getters ask a real
// trusted event, so that they cost what the real ones cost, and more. Time is the bench's: it goes on by the rate at
// which such events come, and the timers of Stint tick in it, outside what is measured.

export interface EventsGiven {
  script: string
  relay: string
  rounds: number
  events: { type: string; perSecond: number }[]
}

/**
 * Us per event of a type: what Stint adds, and for scale what a listener adds that does nothing. Each is the median of
 * many short turns, as a machine that has other things to do takes the core away in some of them.
 */
export type EventsResult = Record<string, { stint: number[]; empty: number[] }>

type Registration = [EventTarget, string, EventListener, AddEventListenerOptions | undefined]

export async function measureEvents(given: EventsGiven): Promise<EventsResult> {
  const EVENTS_A_TURN = 240
  const TURNS_A_ROUND = 25
  const realNow = performance.now.bind(performance)
  const realDateNow = Date.now
  const trusted = await untilTrustedEvent()
  const time = { now: realNow(), toWallMs: realDateNow() - realNow() }
  const timers: { act: () => void; everyMs: number; dueAt: number }[] = []
  const ours: Registration[] = []
  let standIn: Event | undefined

  takeOverTime()
  const release = takeOverListeners()
  await loadStint()
  release()

  toggle(ours, false)
  const results: EventsResult = {}
  for (const { type } of given.events) results[type] = { stint: [], empty: [] }
  // The first round is for the compiler.
  for (let round = -1; round < given.rounds; round += 1) {
    for (const { type, perSecond } of given.events) {
      const turns: { stint: number; empty: number }[] = []
      while (turns.length < TURNS_A_ROUND) turns.push(await measureTurn(type, perSecond))
      if (round < 0) continue
      results[type]!.stint.push(toMedian(turns.map(({ stint }) => stint)))
      results[type]!.empty.push(toMedian(turns.map(({ empty }) => empty)))
    }
  }
  return results

  /** Of all events that a script can bring about, scrolling is the one that is trusted. */
  function untilTrustedEvent(): Promise<Event> {
    return new Promise((resolve) => {
      document.addEventListener('scroll', resolve, { once: true })
      scrollTo(0, 100)
    })
  }

  /** Reading the time costs what it costs. */
  function takeOverTime() {
    performance.now = () => realNow() && time.now
    Date.now = () => realDateNow() && Math.floor(time.toWallMs + time.now)
    const setOurs = (act: () => void, everyMs = 0) =>
      timers.push({ act, everyMs, dueAt: time.now + everyMs })
    globalThis.setInterval = setOurs as unknown as typeof setInterval
  }

  function takeOverListeners() {
    const add = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      const isInput = given.events.some((event) => event.type === type)
      if (typeof listener !== 'function' || !isInput) return add.call(this, type, listener, options)
      const wrapper = toWrapper(listener as EventListener)
      ours.push([this, type, wrapper, options as AddEventListenerOptions])
      add.call(this, type, wrapper, options)
    }
    return () => {
      EventTarget.prototype.addEventListener = add
    }
  }

  function toWrapper(listener: EventListener): EventListener {
    return (event) => listener(standIn ?? event)
  }

  function toEmpty(type: string): Registration {
    return [window, type, toWrapper(() => {}), { capture: true, passive: true }]
  }

  function toggle(registrations: readonly Registration[], on: boolean) {
    for (const [target, type, listener, options] of registrations) {
      if (on) target.addEventListener(type, listener, options)
      else target.removeEventListener(type, listener, options)
    }
  }

  async function loadStint() {
    const script = document.createElement('script')
    Object.assign(script.dataset, { activity: 'cost', name: 'Cost', subject: 'Math', grade: '5' })
    script.dataset.relay = given.relay
    script.textContent = given.script
    document.body.append(script)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (const { type } of given.events) {
      if (!ours.some(([, of]) => of === type)) throw new Error(`Nobody listens to ${type}.`)
    }
    if (timers.length === 0) throw new Error('Stint has no interval.')
  }

  async function measureTurn(type: string, perSecond: number) {
    const none = measureBlock(type, perSecond, [])
    const empty = measureBlock(type, perSecond, [toEmpty(type)]) - none
    const stint = measureBlock(type, perSecond, ours) - none
    // Storage and network have their turn, and are through before the next one.
    await new Promise((resolve) => setTimeout(resolve, 20))
    return { empty, stint }
  }

  /** Us per event. */
  function measureBlock(type: string, perSecond: number, listeners: readonly Registration[]) {
    toggle(listeners, true)
    const target = type === 'scroll' ? document : document.querySelector('#field')!
    const event = toEvent(type)
    standIn = toStandIn(event, target)
    let left = EVENTS_A_TURN
    let ms = 0
    while (left > 0) {
      const dueAt = Math.min(...timers.map((timer) => timer.dueAt))
      const count = Math.min(left, Math.max(1, Math.ceil(((dueAt - time.now) * perSecond) / 1_000)))
      const from = realNow()
      for (let nth = 0; nth < count; nth += 1) {
        time.now += 1_000 / perSecond
        target.dispatchEvent(event)
      }
      ms += realNow() - from
      left -= count
      tick()
    }
    standIn = undefined
    toggle(listeners, false)
    return (1_000 * ms) / EVENTS_A_TURN
  }

  function toEvent(type: string): Event {
    const how = { bubbles: true, cancelable: true, composed: true }
    if (type.startsWith('pointer')) return new PointerEvent(type, how)
    if (type.startsWith('key')) return new KeyboardEvent(type, { ...how, key: 'a' })
    return type === 'wheel' ? new WheelEvent(type, how) : new Event(type, { bubbles: true })
  }

  function toStandIn(event: Event, target: EventTarget): Event {
    const getters = {
      target,
      currentTarget: window,
      get isTrusted() {
        return trusted.isTrusted
      },
      get timeStamp() {
        return trusted.timeStamp && time.now
      },
      get type() {
        return trusted.type && event.type
      },
      composedPath: () => event.composedPath(),
    }
    return getters as unknown as Event
  }

  function toMedian(values: number[]): number {
    return values.toSorted((a, b) => a - b)[values.length >> 1]!
  }

  function tick() {
    for (const timer of timers) {
      if (timer.dueAt > time.now) continue
      timer.dueAt += timer.everyMs
      timer.act()
    }
  }
}
