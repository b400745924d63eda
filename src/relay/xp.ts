/**
 * XP by the relay's own rule: a page cannot set it, unless the operator says so and up to what they say. `'minutes'` is
 * the calculator of Timeback's official SDK (and of Playcademy's): one XP a minute of focused work, by accuracy and
 * by attempt. `'resource'` is PowerPath's: what the resource is worth, by accuracy and by attempt.
 */
import type { Activity } from '../contract/activity.ts'
import type { Result } from '../contract/result.ts'

/** What XP can depend on. */
export interface XpFacts {
  activity: Activity
  result: Result
  /** From 1. */
  attempt: number
  /** Of the whole run. */
  activeMs: number
  /** What the activity's OneRoster resource is worth, where that is known. */
  resourceXp: number | null
}

/** Answers XP; it is rounded to steps of 0.1. */
export type XpFunction = (facts: XpFacts) => number

export type XpRule = 'minutes' | 'resource' | 'page' | XpFunction

export interface XpOptions {
  xp: XpRule
  /** The most that a page may state, with the rule `'page'`. */
  maxPageXp: number
}

/** Throws a RangeError for a function's answer that is no amount of XP. */
export function toXp({ xp, maxPageXp }: XpOptions, facts: XpFacts): number {
  const amount = apply(xp, maxPageXp, facts)
  if (Number.isFinite(amount) && amount >= 0) return Math.round(amount * 10) / 10
  throw new RangeError('the xp function must answer a number from 0 on')
}

function apply(rule: XpRule, maxPageXp: number, facts: XpFacts): number {
  if (typeof rule === 'function') return rule(facts)
  switch (rule) {
    case 'minutes':
      return toMinutesXp(facts)
    case 'resource':
      return toResourceXp(facts)
    case 'page':
      return Math.min(facts.result.xpEarned ?? 0, maxPageXp)
  }
}

/** 0 without questions; never more than the best that PowerPath would give for the resource. */
function toMinutesXp({ activeMs, result, attempt, resourceXp }: XpFacts): number {
  const accuracy = toAccuracy(result)
  if (accuracy === undefined) return 0
  const factor = accuracy >= 1 ? 1.25 : accuracy >= 0.8 ? 1 : 0
  const again = [1, 0.5, 0.25][attempt - 1] ?? 0
  return Math.min((activeMs / 60_000) * factor * again, (resourceXp ?? Infinity) * 1.25)
}

/** Source: Timeback integration guides, "XP": later attempts are worth less, and below 80 % nothing is. */
function toResourceXp({ result, attempt, resourceXp }: XpFacts): number {
  const accuracy = toAccuracy(result)
  if (accuracy === undefined || accuracy < 0.8) return 0
  const factor = attempt === 1 ? (accuracy >= 1 ? 1.25 : 1) : accuracy >= 1 ? 1 : 0.5
  return (resourceXp ?? 0) * factor
}

function toAccuracy({ totalQuestions: total = 0, correctQuestions = 0 }: Result) {
  return total === 0 ? undefined : correctQuestions / total
}
