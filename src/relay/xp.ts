/**
 * XP by the relay's own rule: a page cannot set it. `'minutes'` is the calculator of Timeback's official SDK (and
 * of Playcademy's): one XP a minute of focused work, by accuracy and by attempt.
 */
import type { Result } from '../contract/result.ts'

/** `activeMs` of the whole run; `attempt` from 1. Answers XP in steps of 0.1; 0 without questions. */
export function toMinutesXp(activeMs: number, result: Result, attempt: number): number {
  const { totalQuestions: total = 0, correctQuestions: correct = 0 } = result
  if (total === 0) return 0
  const xp = (activeMs / 60_000) * toAccuracyFactor(correct / total) * toAttemptFactor(attempt)
  return Math.round(xp * 10) / 10
}

function toAccuracyFactor(accuracy: number): number {
  if (accuracy >= 1) return 1.25
  return accuracy >= 0.8 ? 1 : 0
}

function toAttemptFactor(attempt: number): number {
  return [1, 0.5, 0.25][attempt - 1] ?? 0
}
