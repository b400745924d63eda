// How far off the runs of a scenario were, and whether that is within its bar.

import { toFigures, toTable, toText, type Figures } from './figures.ts'
import type { Scenario } from './scenario.ts'
import type { Outcome } from './stage.ts'
import { CLASSES, type Class, type Times } from './truth.ts'

/** One run: what was so, what was said, or why there is nothing to say. */
export type RunResult = Pick<Outcome, 'truth' | 'page' | 'told'> | { failed: string }

export interface ClassVerdict {
  of: Class
  /** Who says so: the page, or what Timeback was told. */
  by: 'page' | 'told'
  /** Ms, over the runs. */
  truth: Figures
  ours: Figures
  error: Figures
  /** The largest error, of the run's time in this class; null where there was none. */
  worstPercent: number | null
}

export interface Verdict {
  name: string
  about: string
  bar: Scenario['bar']
  passed: boolean
  classes: ClassVerdict[]
  runs: RunResult[]
}

export function judge({ name, about, bar }: Scenario, runs: RunResult[]): Verdict {
  const measured = runs.filter((run) => 'truth' in run)
  const isWithin = (run: (typeof measured)[number]) =>
    [run.page, run.told].every((said) => {
      if (!said) return true
      const limitMs = 'ms' in bar ? bar.ms : bar.share * run.truth.active
      return toErrors(said, run.truth).every(({ ms }) => Math.abs(ms) <= limitMs)
    })
  const classes = CLASSES.flatMap((of) =>
    (['page', 'told'] as const).flatMap((by) => toClassVerdict(measured, of, by) ?? []),
  )
  return {
    name,
    about,
    bar,
    passed: measured.length === runs.length && measured.every(isWithin),
    classes,
    runs,
  }
}

type Measured = Exclude<RunResult, { failed: string }>

function toClassVerdict(
  runs: readonly Measured[],
  of: Class,
  by: 'page' | 'told',
): ClassVerdict | undefined {
  const pairs = runs.flatMap((run) => {
    const ours = (run[by] as Partial<Times> | undefined)?.[of]
    return ours === undefined ? [] : [{ truth: run.truth[of], ours }]
  })
  if (pairs.length === 0) return undefined
  const percents = pairs
    .filter(({ truth }) => truth > 0)
    .map(({ truth, ours }) => (100 * Math.abs(ours - truth)) / truth)
  return {
    of,
    by,
    truth: toFigures(pairs.map(({ truth }) => truth)),
    ours: toFigures(pairs.map(({ ours }) => ours)),
    error: toFigures(pairs.map(({ truth, ours }) => ours - truth)),
    worstPercent: percents.length > 0 ? Math.max(...percents) : null,
  }
}

const toErrors = (said: Partial<Times>, truth: Times) =>
  CLASSES.flatMap((of) => {
    const ours = said[of]
    return ours === undefined ? [] : [{ of, ms: ours - truth[of] }]
  })

/** The page and Timeback in one row where they say the same. */
export function toReport({ name, about, bar, passed, classes, runs }: Verdict): string {
  const limit = 'ms' in bar ? `${bar.ms} ms` : `${bar.share * 100} % of the active time`
  const lines = [`${passed ? 'pass' : 'FAIL'}  ${name}: ${about}; bar ${limit} a class`]
  for (const run of runs) if ('failed' in run) lines.push(`      a run failed: ${run.failed}`)
  const rows = [['', 'truth (ms)', 'ours (ms)', 'error min / median / max (ms)', 'worst']]
  for (const verdict of classes) {
    const { of, by, truth, ours, error, worstPercent } = verdict
    const isSaid =
      by === 'told' && classes.some((other) => other.by === 'page' && isSame(other, verdict))
    if (isSaid || (truth.max === 0 && ours.max === 0)) continue
    rows.push([
      by === 'told' ? `${of}, as Timeback was told` : of,
      truth.median.toFixed(0),
      ours.median.toFixed(0),
      toText(error, (ms) => ms.toFixed(1)),
      worstPercent === null ? '' : `${worstPercent.toFixed(2)} %`,
    ])
  }
  if (rows.length > 1) lines.push(toTable(rows).replaceAll(/^/gm, '      '))
  return lines.join('\n')
}

const isSame = (a: ClassVerdict, b: ClassVerdict) =>
  a.of === b.of && Math.abs(a.error.min - b.error.min) + Math.abs(a.error.max - b.error.max) < 0.5
