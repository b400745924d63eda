/**
 * What a scripted learner truly did, in arithmetic of its own: DESIGN.md, "Time" and "Counting", written down a second
 * time and plainly. Instants are whole ms. It imports nothing from src/, and must not.
 */

export type FactType = 'interact' | 'show' | 'hide' | 'pause' | 'resume' | 'flag' | 'unflag'

/** What happened on a page, in ms since its leg's start. */
export interface Fact {
  at: number
  type: FactType
  /** Of a flag. */
  metric?: string
}

export interface Rules {
  idleAfterMs: number
  leaveAfterMs: number
  idleWasteAfterMs: number
  hiddenWasteAfterMs: number
}

/** `[from, to)` of a leg, what it counts as, and its rank among claims to one instant: the lower has it. */
export interface Claim {
  from: number
  to: number
  metric: string
  rank: number
}

interface State {
  visible: boolean
  paused: boolean
  flag: string | undefined
  lifeAt: number
}

type Presence = 'active' | 'idle' | 'hidden' | 'paused' | 'flag' | 'left'

interface Piece {
  presence: Presence
  from: number
  to: number
  flag: string | undefined
}

/** All that a page whose leg lasted to `to` could claim. Facts come in order, no two in one ms. */
export function toClaims(
  startsVisible: boolean,
  facts: readonly Fact[],
  to: number,
  rules: Rules,
): Claim[] {
  let state: State = { visible: startsVisible, paused: false, flag: undefined, lifeAt: 0 }
  const pieces: Piece[] = []
  let thereUntil = 0
  let from = 0
  for (const fact of [...facts.filter(({ at }) => at < to), undefined]) {
    const end = fact?.at ?? to
    const quietAt = state.visible && !state.paused ? state.lifeAt + rules.idleAfterMs : -Infinity
    const there = Math.min(Math.max(from, quietAt), end)
    if (there > from) thereUntil = there
    const leftAt = Math.min(Math.max(there, thereUntil + rules.leaveAfterMs), end)
    const { flag } = state
    const away: Presence = state.paused
      ? 'paused'
      : flag
        ? 'flag'
        : state.visible
          ? 'idle'
          : 'hidden'
    pieces.push({ presence: flag ? 'flag' : 'active', from, to: there, flag })
    pieces.push({ presence: away, from: there, to: leftAt, flag })
    pieces.push({ presence: 'left', from: leftAt, to: end, flag })
    from = end
    if (fact) state = toNext(state, fact)
  }
  return toCounted(pieces, rules)
}

function toNext(state: State, { at, type, metric }: Fact): State {
  switch (type) {
    case 'interact':
      return { ...state, lifeAt: at }
    case 'show':
      return { ...state, visible: true, lifeAt: at }
    case 'hide':
      return { ...state, visible: false }
    case 'pause':
      return { ...state, paused: true }
    case 'resume':
      return { ...state, paused: false, lifeAt: at }
    case 'flag':
      return { ...state, flag: metric }
    case 'unflag':
      return { ...state, flag: undefined }
  }
}

/** What each piece counts as, by how long its presence had lasted. */
function toCounted(pieces: readonly Piece[], rules: Rules): Claim[] {
  const claims: Claim[] = []
  let since = 0
  let before: Piece | undefined
  for (const piece of pieces) {
    const { presence, from, to, flag } = piece
    if (from === to) continue
    if (before?.presence !== presence) since = from
    before = piece
    const wasteAfterMs = { idle: rules.idleWasteAfterMs, hidden: rules.hiddenWasteAfterMs }
    switch (presence) {
      case 'left':
        break
      case 'active':
        claims.push({ from, to, metric: 'active', rank: 0 })
        break
      case 'flag':
        claims.push({ from, to, metric: flag ?? '', rank: 1 })
        break
      case 'paused':
        claims.push({ from, to, metric: 'inactive', rank: 2 })
        break
      case 'idle':
      case 'hidden': {
        const wasteAt = Math.min(Math.max(from, since + wasteAfterMs[presence]), to)
        claims.push({ from, to: wasteAt, metric: 'inactive', rank: 2 })
        claims.push({ from: wasteAt, to, metric: 'waste', rank: 3 })
      }
    }
  }
  return claims.filter((claim) => claim.from < claim.to)
}
