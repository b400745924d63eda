// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { NO_TIME } from '../../src/core/measure.ts'
import type { Stretch } from '../../src/page/run.ts'
import { toHas } from '../../src/widget/options.ts'
import { draw } from './draw.tsx'
import { toActs, toContext, toView } from './snapshots.ts'

const SPANS: Stretch[] = [
  { presence: 'active', from: 0, to: 240_000, metric: 'active', reason: undefined },
  { presence: 'idle', from: 240_000, to: 300_000, metric: 'inactive', reason: 'idle' },
  { presence: 'hidden', from: 300_000, to: 340_000, metric: 'waste', reason: 'tab-hidden' },
]
const spans = () => SPANS
const open = (given: Parameters<typeof toView>[0] = {}, view: Parameters<typeof toView>[1] = {}) =>
  draw(toView(given, { isOpen: true, spans, ...view }))

/** The numbers by their names. */
const toNumbers = ({ root }: ReturnType<typeof draw>) =>
  Object.fromEntries(
    [...root.querySelectorAll('dl > div')].map((row) => [
      row.querySelector('dt')?.textContent,
      row.querySelector('dd')?.textContent,
    ]),
  )

describe('the numbers', () => {
  const run = { totals: { ...NO_TIME, active: 247_000 }, elapsedMs: 7_000 }

  it('say what is of this run and what is recorded', () => {
    expect(toNumbers(open({ run }))).toEqual({ 'This run': '4:07', Recorded: '4:00' })
  })

  it('do not call a preview recorded', () => {
    expect(toNumbers(open({ run, learner: 'preview' }))).toEqual({ 'This run': '4:07' })
  })

  it('show no time that may be somebody else’s', () => {
    const shown = open({ run }, { isShown: false })
    expect(toNumbers(shown)).toEqual({})
    expect(shown.root.querySelector('.bars')).toBe(null)
  })

  const context = toContext({
    today: { activeMs: 0, xpEarned: 9.5 },
    goals: { activeMinutes: 45, xp: 20 },
  })

  it('say how far today is, and each can be switched off', () => {
    const today = { todayMs: 1_859_000 }
    expect(toNumbers(open({ context }, today))).toMatchObject({
      Today: '30 of 45 min',
      'XP today': '9.5 of 20',
    })
    const off = { ...today, has: toHas({ goal: 'off', xp: 'off' }) }
    expect(Object.keys(toNumbers(open({ context }, off)))).toEqual(['This run', 'Recorded'])
  })

  it('do without goals, and say nothing of what nobody knows', () => {
    const { today } = context
    expect(toNumbers(open({ context: toContext({ today }) }))).toMatchObject({
      Today: '0 min',
      'XP today': '9.5',
    })
    expect(Object.keys(toNumbers(open({ context: toContext() })))).toEqual(['This run', 'Recorded'])
  })
})

describe('the timeline', () => {
  it('is drawn, and said in words in its order', () => {
    const { root } = open()
    expect(root.querySelectorAll('.bars rect')).toHaveLength(3)
    const bars = root.querySelector('.bars')!
    expect(bars.getAttribute('role')).toBe('img')
    expect(bars.getAttribute('aria-label')).toBe(
      'Your time, in order: Working 4 min, Quiet 1 min, Not counted 40 sec',
    )
  })

  it('has a height for each kind, so that nobody needs its colours', () => {
    const heights = [...open().root.querySelectorAll('.bars rect')].map((rect) =>
      rect.getAttribute('height'),
    )
    expect(new Set(heights).size).toBe(3)
  })

  it('says of each kind how long and why, and nobody’s fault', () => {
    const rows = [...open().root.querySelectorAll('li')].map((row) =>
      [...row.querySelectorAll('span')].map(({ textContent }) => textContent),
    )
    expect(rows).toEqual([
      ['Working', '4 min'],
      ['Quiet', '1 min', 'No key, click or scroll for a while. Reading is fine.'],
      ['Not counted', '40 sec', 'Another tab or window was in front for a long time.'],
    ])
  })

  it('says that it is only this page’s, where the run began on another', () => {
    expect(open().text('h3')).toBeUndefined()
    expect(open({ run: { isContinued: true } }).text('h3')).toBe('This page')
  })

  it('runs from right to left where the language does', () => {
    const toTurn = (dir: 'ltr' | 'rtl') =>
      open({}, { dir }).root.querySelector('.bars g')?.getAttribute('transform')
    expect(toTurn('ltr')).toBe(null)
    expect(toTurn('rtl')).toContain('scale(-1 1)')
  })
})

describe('the controls', () => {
  it('claim paper where there is something to claim, and where the author lets them', () => {
    const acts = toActs()
    const run = { claimableMs: 50_000 }
    const name = 'I was working on paper (50 sec)'
    open({ run }, { acts }).button(name)?.click()
    expect(acts.claim).toHaveBeenCalledOnce()
    expect(open({ run }, { has: toHas({ paper: 'off' }) }).button(name)).toBeUndefined()
    expect(open().button('I was working on paper (0 sec)')).toBeUndefined()
  })

  it('tell in two sentences what is recorded and what is not', () => {
    const acts = toActs()
    const closed = open({}, { acts })
    expect(closed.text('.help')).toBeUndefined()
    closed.button('What is recorded?')?.click()
    expect(acts.toggleHelp).toHaveBeenCalledOnce()
    const { text, button } = open({}, { isHelpOpen: true })
    expect(text('.help')?.match(/\.( |$)/g)).toHaveLength(2)
    expect(button('What is recorded?')?.getAttribute('aria-expanded')).toBe('true')
  })

  it('have no corner to move to where the author placed the widget', () => {
    expect(open().button('Move to another corner')).toBeDefined()
    expect(open({}, { isPlaced: true }).button('Move to another corner')).toBeUndefined()
  })
})
