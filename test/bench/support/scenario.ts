// What a scenario is.

import type { Outcome, Stage } from './stage.ts'
import type { TruthRules } from './truth.ts'

export interface Scenario {
  name: string
  about: string
  /** How long one run takes, about. */
  seconds: number
  /** How far off each class may be: so many ms, or a share of the active time. */
  bar: { ms: number } | { share: number }
  /** What differs from the bench's own. */
  rules?: Partial<TruthRules>
  play(stage: Stage): Promise<Outcome>
}
