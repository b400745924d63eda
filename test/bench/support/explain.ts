// For whoever looks for a mistake: the truth and the page's own account of one run, side by side, in seconds since the
// run began.

import type { Outcome } from './stage.ts'
import { CLASSES } from './truth.ts'

export function explain({ sets, spans, facts }: Outcome): string {
  const all = CLASSES.flatMap((of) => sets[of].map((stretch) => ({ ...stretch, of })))
  const truth = all.toSorted((a, b) => a.from - b.from)
  const origin = truth[0]?.from ?? 0
  const at = (ms: number) => ((ms - origin) / 1_000).toFixed(3).padStart(8)
  const toLine = (from: number, to: number, what: string) => `      ${at(from)} ${at(to)}  ${what}`
  const notable = facts.flat().filter(({ kind }) => kind !== 'interaction' && kind !== 'foreign')
  return [
    '      truth:',
    ...truth.map(({ from, to, of }) => toLine(from, to, of)),
    '      the page:',
    ...spans.map(({ from, to, presence }) => toLine(from, to, presence)),
    '      what happened, but for input:',
    ...notable.map((fact) => `      ${at(fact.at)}  ${fact.kind} (${fact.type})`),
  ].join('\n')
}
