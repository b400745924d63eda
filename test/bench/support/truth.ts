// What the facts of a page come to by the rules of time in words: sets of time, united and subtracted, and no state
// that one event hands on to the next. So it is right or wrong in other ways than the code that it is held against.

import type { Fact } from './recorder.ts'
import { intersect, subtract, toMs, unite, type Stretch } from './stretch.ts'

export interface TruthRules {
  idleAfterMs: number
  mediaIdleAfterMs: number
  frameIdleAfterMs: number
  idleWasteAfterMs: number
  hiddenWasteAfterMs: number
}

/** Stint's defaults, but for the idle threshold: five seconds, as other libraries were measured. */
export const BENCH_RULES: TruthRules = {
  idleAfterMs: 5_000,
  mediaIdleAfterMs: 900_000,
  frameIdleAfterMs: 120_000,
  idleWasteAfterMs: 300_000,
  hiddenWasteAfterMs: 60_000,
}

export const CLASSES = ['active', 'inactive', 'waste', 'uncounted'] as const
export type Class = (typeof CLASSES)[number]

/** The time of each class; together they are the run's whole time. */
export type TruthSets = Record<Class, Stretch[]>

/** Ms of each class. */
export type Times = Record<Class, number>

/** `asleep`: when the machine was, by a clock outside the browser. */
export function toTruth(
  unsorted: readonly Fact[],
  rules: TruthRules,
  asleep: readonly Stretch[] = [],
): TruthSets {
  const facts = unsorted.toSorted((a, b) => a.at - b.at)
  const run = [{ from: findOne(facts, 'start'), to: findOne(facts, 'end') }]
  const until = run[0]!.to
  const within = (set: Stretch[]) => subtract(intersect(set, run), asleep)

  const visible = toStretches(facts, 'visible', 'hidden', until)
  const playing = toStretches(facts, 'play', 'stop', until)
  const framed = toStretches(facts, 'enter', 'leave', until)
  const signs = [
    ...facts.filter(({ kind }) => ['start', 'interaction', 'enter'].includes(kind)),
    ...visible.map(({ from }) => ({ at: from })),
    ...asleep.map(({ to }) => ({ at: to })),
  ]
  const afterSign = (ms: number) => unite(signs.map(({ at }) => ({ from: at, to: at + ms })))

  const engaged = unite(
    afterSign(rules.idleAfterMs),
    intersect(playing, afterSign(rules.mediaIdleAfterMs)),
    intersect(framed, afterSign(rules.frameIdleAfterMs)),
  )
  const active = within(intersect(visible, engaged))
  const idle = splitAfter(within(subtract(visible, engaged)), rules.idleWasteAfterMs)
  const hidden = splitAfter(within(subtract(run, visible)), rules.hiddenWasteAfterMs)
  return {
    active,
    inactive: unite(idle.before, hidden.before),
    waste: unite(idle.after, hidden.after),
    uncounted: intersect([...asleep], run),
  }
}

/** A learner lives each instant once: of several pages, active comes before inactive before waste. */
export function toTruthOfOne(pages: readonly TruthSets[]): TruthSets {
  const active = unite(...pages.map((page) => page.active))
  const inactive = subtract(unite(...pages.map((page) => page.inactive)), active)
  const waste = subtract(unite(...pages.map((page) => page.waste)), unite(active, inactive))
  return { active, inactive, waste, uncounted: [] }
}

export function toTimes(sets: TruthSets): Times {
  return {
    active: toMs(sets.active),
    inactive: toMs(sets.inactive),
    waste: toMs(sets.waste),
    uncounted: toMs(sets.uncounted),
  }
}

function findOne(facts: readonly Fact[], kind: Fact['kind']): number {
  const found = facts.filter((fact) => fact.kind === kind)
  if (found.length !== 1) throw new Error(`The recorder saw ${found.length} times "${kind}".`)
  return found[0]!.at
}

/** From each `on` to the next `off`, or to `until`. */
function toStretches(
  facts: readonly Fact[],
  on: Fact['kind'],
  off: Fact['kind'],
  until: number,
): Stretch[] {
  const stretches: Stretch[] = []
  let since: number | undefined
  for (const { kind, at } of facts) {
    if (kind === on) since ??= at
    if (kind !== off || since === undefined) continue
    stretches.push({ from: since, to: at })
    since = undefined
  }
  if (since !== undefined) stretches.push({ from: since, to: until })
  return unite(stretches)
}

/** Each stretch of a set, up to `ms` and from there on. */
function splitAfter(set: readonly Stretch[], ms: number) {
  return {
    before: set.map(({ from, to }) => ({ from, to: Math.min(to, from + ms) })),
    after: unite(set.map(({ from, to }) => ({ from: from + ms, to }))),
  }
}
