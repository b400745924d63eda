/**
 * Policy as data: the defaults, a preset, and what a page or an operator may change of them. Page and relay both ask
 * here, so that they measure by the same numbers.
 */
import type { Activity } from '../contract/activity.ts'
import type { Allowance, Policy, Threshold } from '../contract/grant.ts'

/** A policy as it applies to one activity, all in ms; a rule that never applies has no end. */
export type Terms = Record<keyof Policy, number>

/** How Stint counts unless told otherwise (README, "Rules of time"). */
export const DEFAULT_POLICY: Policy = {
  idleAfterMs: 60_000,
  mediaIdleAfterMs: 900_000,
  frameIdleAfterMs: 120_000,
  suspendAfterMs: 2_000,
  leaveAfterMs: 600_000,
  idleWasteAfterMs: 300_000,
  hiddenWasteAfterMs: 60_000,
}

/** The official SDK's meaning: hidden or paused is inactive, there is no idle, no waste, and nobody leaves. */
export const TIMEBACK_SDK_POLICY: Policy = {
  ...DEFAULT_POLICY,
  idleAfterMs: 'never',
  leaveAfterMs: 'never',
  idleWasteAfterMs: 'never',
  hiddenWasteAfterMs: 'never',
}

/** What a page asks for is never shorter: a mistake in units would make every pause idle. */
const SHORTEST_ASKED_MS = 1_000

const toMs = (threshold: Threshold): number => (threshold === 'never' ? Infinity : threshold)

export interface Counting {
  policy: Policy
  allowances: readonly Allowance[]
  mayRelax?: boolean
}

/** The terms of one activity: the policy, what is allowed for it, and what the page asks for, if it is stricter. */
export function toTerms(
  { policy, allowances, mayRelax }: Counting,
  { id, course }: Pick<Activity, 'id' | 'course'>,
  asked: Partial<Policy> = {},
): Terms {
  const isHere = (one: Allowance) =>
    (one.activity ?? id) === id &&
    (!one.course || JSON.stringify(one.course) === JSON.stringify(course))
  const { paper, otherTabs } = Object.assign({}, ...allowances.filter(isHere)) as Allowance
  const allowed: Policy = {
    ...policy,
    ...(paper && { idleWasteAfterMs: 'never' }),
    ...(otherTabs && { hiddenWasteAfterMs: 'never' }),
  }
  const terms = {} as Terms
  for (const name of Object.keys(allowed) as (keyof Policy)[]) {
    const most = toMs(allowed[name])
    const own = asked[name] ? Math.max(toMs(asked[name]), SHORTEST_ASKED_MS) : most
    terms[name] = mayRelax ? own : Math.min(own, most)
  }
  return terms
}
