/**
 * The only clock of a simulated world, and all that is to happen in it. Whatever takes time is an event of a place: a
 * tab, a browser, a relay, Timeback. One event runs at a time, with everything that it sets off in promises, so that
 * the order of a run is the seed's alone.
 */

/** Where something happens. What is due in a place that died never happens; in one that is held, it happens later. */
export interface Place {
  name: string
  isDead: boolean
  /** Nothing runs here before. */
  heldUntil: number
  /** Its own idea of the wall clock, in ms ahead of the world's. */
  aheadMs: number
  /** What is drawn here by the code under test: ids and jitter. */
  random: () => number
  /** No interval comes more often. */
  timerGrainMs: () => number
  /** What a browser's page finds around it; nothing elsewhere. */
  globals?: Record<string, unknown>
}

export interface Scheduler {
  now(): number
  /** The place whose event runs. */
  current(): Place | undefined
  /** Lets `act` happen in a place after so many ms. Returns what calls it off. */
  after(place: Place, ms: number, act: () => void): () => void
  /** Goes on in a place after so many ms; in one that died meanwhile, never. */
  pause(place: Place, ms: number): Promise<void>
  /** What the event that runs does from here on, it does in another place. */
  enter(place: Place): void
  /** Lets time pass until an instant, or until `isOver` says so. */
  runUntil(at: number, isOver?: () => boolean): Promise<void>
}

interface Event {
  at: number
  order: number
  place: Place
  act: (() => void) | undefined
}

export function createPlace(name: string, random: () => number, aheadMs = 0): Place {
  return { name, isDead: false, heldUntil: 0, aheadMs, random, timerGrainMs: () => 1 }
}

const realImmediate = setImmediate

/** Everything that is promised is done by then: nothing in a simulated world waits for the real one. */
const untilQuiet = () => new Promise<void>((resolve) => void realImmediate(resolve))

export function createScheduler(startsAt: number): Scheduler {
  const events: Event[] = []
  let now = startsAt
  let order = 0
  let current: Place | undefined

  const add = (event: Event) => {
    // Events are few at a time, and most come near the end: looking from there is quicker than any heap.
    let at = events.length
    while (at > 0 && isLater(event, events[at - 1]!)) at -= 1
    events.splice(at, 0, event)
  }

  const scheduler: Scheduler = {
    now: () => now,
    current: () => current,
    after(place, ms, act) {
      const event: Event = { at: now + Math.max(0, ms), order: (order += 1), place, act }
      add(event)
      return () => {
        event.act = undefined
      }
    },
    pause: (place, ms) => new Promise((resolve) => scheduler.after(place, ms, resolve)),
    enter(place) {
      current = place
    },
    async runUntil(until, isOver = () => false) {
      while (events.length > 0 && events.at(-1)!.at <= until && !isOver()) {
        const event = events.pop()!
        const { place, act } = event
        if (!act || place.isDead) continue
        if (place.heldUntil > event.at) {
          add({ ...event, at: place.heldUntil })
          continue
        }
        now = event.at
        current = place
        act()
        await untilQuiet()
        current = undefined
      }
      if (!isOver()) now = Math.max(now, until)
    },
  }
  return scheduler
}

/** Sorted with the next event last. */
const isLater = (event: Event, than: Event) =>
  event.at > than.at || (event.at === than.at && event.order > than.order)
