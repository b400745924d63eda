/** What a host can choose of the widget. The names are those of the script tag's attributes: its dataset fits. */
import type { Words } from './strings.ts'

export type Corner = 'bottom-end' | 'bottom-start' | 'top-end' | 'top-start'

export const CORNERS: readonly Corner[] = ['bottom-end', 'bottom-start', 'top-start', 'top-end']

/** An attribute has the words. */
export type Switch = boolean | 'on' | 'off' | 'true' | 'false'

export interface WidgetOptions {
  /** Where the pill floats until the learner moves it; `bottom-end`. */
  corner?: Corner
  /** By default as `data-theme` of the page's root says, and then as the learner's system does. */
  theme?: 'light' | 'dark'
  /** By default the page's. */
  lang?: string
  /** Words of your own, or the id of a `<script type="application/json">` that has them. */
  words?: Partial<Words> | string
  /** Whether the learner can pause. */
  pause?: Switch
  /** Shows today's minutes and the goal. */
  goal?: Switch
  /** Shows how many answers are right, once the run has ended. */
  score?: Switch
  /** Shows the XP of today. */
  xp?: Switch
  /** Lets the learner say that they worked on paper. */
  paper?: Switch
  /** An element to put the widget into. By default the page's `<stint-timer>`; without one, it floats. */
  place?: Element
}

/** What is switched on. */
export type Has = Record<'pause' | 'goal' | 'score' | 'xp' | 'paper', boolean>

/** Nothing said is on. */
export const isOff = (value: Switch | undefined): boolean => /^(off|false)$/.test(`${value}`)

export function toHas({ pause, goal, score, xp, paper }: WidgetOptions): Has {
  return {
    pause: !isOff(pause),
    goal: !isOff(goal),
    score: !isOff(score),
    xp: !isOff(xp),
    paper: !isOff(paper),
  }
}

/** The host's words, if it has any that can be read. */
export function readWords(words: WidgetOptions['words']): Partial<Words> | undefined {
  if (typeof words !== 'string') return words
  try {
    return JSON.parse(document.getElementById(words)?.textContent ?? '') as Partial<Words>
  } catch (cause) {
    console.error(`[stint] no words can be read from #${words}:`, cause)
    return undefined
  }
}
