/**
 * The rules of DESIGN.md, "Time", asked for one instant of a day whose signals come in order and whose clocks agree.
 * Slow and plain: it looks at everything from the start each time, and shares no line with src/.
 */
import type { Presence } from '../../src/contract/entry.ts'
import type { Terms } from '../../src/core/policy.ts'
import type { Day } from './signals.ts'

interface Facts {
  visible: boolean
  paused: boolean
  playing: boolean
  framed: boolean
  flagged: boolean
  lifeAt: number
}

/** What is so after the signals at or before an instant. */
function readFacts({ visible, signals }: Day, at: number): Facts {
  const facts = {
    visible,
    paused: false,
    playing: false,
    framed: false,
    flagged: false,
    lifeAt: 0,
  }
  for (const signal of signals) {
    if (signal.at > at) break
    if (signal.type === 'visible') facts.visible = true
    if (signal.type === 'hidden') facts.visible = false
    if (signal.type === 'pause') facts.paused = true
    if (signal.type === 'resume') facts.paused = false
    if (signal.type === 'mediastart') facts.playing = true
    if (signal.type === 'mediastop') facts.playing = false
    if (signal.type === 'frame') facts.framed = true
    if (signal.type === 'unframe') facts.framed = false
    if (signal.type === 'flag') facts.flagged = true
    if (signal.type === 'unflag') facts.flagged = false
    if (['visible', 'resume', 'frame', 'interaction'].includes(signal.type))
      facts.lifeAt = signal.at
  }
  return facts
}

/** Until when somebody who can see the page counts as there. */
function toQuietAt({ visible, paused, playing, framed, lifeAt }: Facts, terms: Terms): number {
  if (!visible || paused) return -1
  let patience = terms.idleAfterMs
  if (playing && terms.mediaIdleAfterMs > patience) patience = terms.mediaIdleAfterMs
  if (framed && terms.frameIdleAfterMs > patience) patience = terms.frameIdleAfterMs
  return lifeAt + patience
}

export function askPresence(day: Day, at: number, terms: Terms): Presence {
  const facts = readFacts(day, at)
  const isThere = at < toQuietAt(facts, terms)
  let lastThereAt = 0
  const starts = [0, ...day.signals.map((signal) => signal.at).filter((start) => start <= at)]
  for (const [index, start] of starts.entries()) {
    const end = Math.min(starts[index + 1] ?? at, toQuietAt(readFacts(day, start), terms))
    if (end > start) lastThereAt = Math.max(lastThereAt, end)
  }
  if (!isThere && at >= lastThereAt + terms.leaveAfterMs) return 'left'
  if (facts.paused) return 'paused'
  if (facts.flagged) return 'flag'
  if (!facts.visible) return 'hidden'
  return isThere ? 'active' : 'idle'
}
