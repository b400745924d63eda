// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { Presence } from '../../src/contract/entry.ts'
import type { Snapshot } from '../../src/page/host.ts'
import { toHas } from '../../src/widget/options.ts'
import { draw } from './draw.tsx'
import { toActs, toContext, toView } from './snapshots.ts'

describe('the pill', () => {
  it('shows the active time, not the time on the wall', () => {
    expect(draw(toView()).text('.time')).toBe('4:07')
  })

  it('shows no time that may be somebody else’s', () => {
    const { text, said } = draw(toView({}, { isShown: false }))
    expect(text('.time')).toBeUndefined()
    expect(said()).toBe('Working')
  })

  it.each<[Presence, string]>([
    ['active', 'Working'],
    ['idle', 'Quiet'],
    ['hidden', 'Away'],
    ['paused', 'Paused'],
    ['suspended', 'Not counted'],
    ['left', 'Not counted'],
    ['flag', 'Not counted'],
  ])('says of %s: %s, to the eye and to the ear', (presence, words) => {
    const { text, said } = draw(toView({ run: { presence } }))
    expect(text('.state')).toBe(words)
    expect(said()).toBe(words)
  })

  it.each<[Snapshot['sync'], string]>([
    ['saved', 'All saved'],
    ['waiting', 'Saving…'],
    ['offline', 'Saved on this device, will send when online'],
    ['memory', 'Keep this page open until it is saved'],
  ])('says of what is %s: %s', (sync, words) => {
    expect(draw(toView({ sync })).text('.note')).toBe(words)
  })

  it('has a shape for each state besides its colour', () => {
    const shapes = (['active', 'idle', 'hidden', 'paused', 'flag'] as const).map((presence) =>
      draw(toView({ run: { presence } }))
        .root.querySelector('.shape')
        ?.getAttribute('d'),
    )
    expect(new Set(shapes).size).toBe(5)
  })

  it.each([
    ['unknown', 'Not signed in, not counting'],
    ['not-enrolled', 'Not in this course, not counting'],
  ] as const)(
    'promises nothing to somebody who is %s: no time, no state, no pause, no goal',
    (learner, words) => {
      const context = toContext({
        today: { activeMs: 600_000, xpEarned: 1 },
        goals: { activeMinutes: 20, xp: 5 },
      })
      const view = toView({ learner, context }, { isShown: false })
      const { root, text, said, button } = draw(view)
      expect(text('.note')).toBe(words)
      expect(said()).toBe(words)
      expect(text('.time')).toBeUndefined()
      expect(text('.state')).toBeUndefined()
      expect(root.querySelector('.ring.active')).toBe(null)
      expect(root.querySelector('.share')).toBe(null)
      expect(button('Pause')).toBeUndefined()
      expect(button('Details')).toBeUndefined()
    },
  )

  it('tells a preview that nothing is sent, and does not say saved', () => {
    const { text, root } = draw(toView({ learner: 'preview' }))
    expect(text('.note')).toBe('Preview, nothing is sent')
    expect(root.textContent).not.toContain('saved')
    expect(text('.time')).toBe('4:07')
  })

  it.each([
    ['hold', 'Not in this course yet, saved for when you are'],
    ['count', 'All saved'],
  ] as const)(
    'says to somebody who is not enrolled, where the operator says %s: %s',
    (ifNotEnrolled, words) => {
      const context = toContext({ enrolled: false, ifNotEnrolled })
      expect(draw(toView({ context })).text('.note')).toBe(words)
    },
  )

  it('says nothing of enrolment where nobody knows', () => {
    const context = toContext({ enrolled: null, ifNotEnrolled: 'hold' })
    expect(draw(toView({ context })).text('.note')).toBe('All saved')
  })

  it('has no pause once the run has ended, and still shows its time', () => {
    const { text, button } = draw(toView({ run: { isEnded: true } }))
    expect(text('.state')).toBe('Finished')
    expect(text('.time')).toBe('4:07')
    expect(button('Pause')).toBeUndefined()
  })
})

describe('the ring', () => {
  const context = (activeMinutes: number | null) =>
    toContext({ goals: { activeMinutes, xp: null } })
  const toShare = (minutes: number | null, todayMs: number | null, options = {}) =>
    draw(toView({ context: context(minutes) }, { todayMs, has: toHas(options) }))
      .root.querySelector('.share')
      ?.getAttribute('stroke-dasharray')

  it('is as full as today’s minutes are of the goal', () => {
    expect(toShare(20, 300_000)).toBe('25 100')
  })

  it('is full at the goal and does not run over', () => {
    expect(toShare(20, 1_200_000)).toBe('100 100')
    expect(toShare(20, 9_000_000)).toBe('100 100')
  })

  it('is not there without a goal, where nobody knows today’s minutes, or when switched off', () => {
    expect(toShare(null, 300_000)).toBeUndefined()
    expect(toShare(20, null)).toBeUndefined()
    expect(toShare(20, 300_000, { goal: 'off' })).toBeUndefined()
  })
})

describe('the pill’s controls', () => {
  it('pause a run that goes on', () => {
    const acts = toActs()
    draw(toView({}, { acts })).button('Pause')?.click()
    expect(acts.pause).toHaveBeenCalledOnce()
    expect(acts.resume).not.toHaveBeenCalled()
  })

  it('go on with a run that is paused', () => {
    const acts = toActs()
    draw(toView({ run: { isPaused: true, presence: 'paused' } }, { acts }))
      .button('Go on')
      ?.click()
    expect(acts.resume).toHaveBeenCalledOnce()
    expect(acts.pause).not.toHaveBeenCalled()
  })

  it('have no pause where the author wants none', () => {
    expect(draw(toView({}, { has: toHas({ pause: 'off' }) })).button('Pause')).toBeUndefined()
  })

  it('stay the same elements when they change their words: the keyboard’s focus is not lost', () => {
    const { button, show } = draw(toView())
    const before = button('Pause')
    show(toView({ run: { isPaused: true, presence: 'paused' } }))
    expect(button('Go on')).toBe(before)
  })

  it('do not submit a form that they are put into', () => {
    const { root } = draw(
      toView({ run: { claimableMs: 40_000 } }, { isOpen: true, asking: 'still' }),
    )
    const types = [...root.querySelectorAll('button')].map(({ type }) => type)
    expect(types.length).toBeGreaterThan(5)
    expect(new Set(types)).toEqual(new Set(['button']))
  })
})

describe('the dot', () => {
  const look = { corner: 'bottom-end', isCollapsed: true } as const

  it('shows neither time nor goal nor XP, and says the state to the ear', () => {
    const context = toContext({
      today: { activeMs: 600_000, xpEarned: 7 },
      goals: { activeMinutes: 20, xp: 5 },
    })
    const { root, text, said } = draw(toView({ context }, { look }))
    expect(text('.dot')).toBe('')
    expect(root.querySelector('.share, .time, .note')).toBe(null)
    expect(said()).toBe('Working')
  })

  it('says what it does, and is the way back', () => {
    const acts = toActs()
    draw(toView({}, { look, acts })).button('Show learning time')?.click()
    expect(acts.expand).toHaveBeenCalledOnce()
  })

  it('does not look like working for somebody whose time does not count', () => {
    const { root } = draw(toView({ learner: 'unknown' }, { look }))
    expect(root.querySelector('.ring.active')).toBe(null)
  })
})

describe('what a screen reader hears', () => {
  it('is one live region with the state, and never the seconds or what is saved', () => {
    const { root, said } = draw(toView({}, { isOpen: true }))
    const live = root.querySelectorAll('[role=status], [role=timer], [role=alert], [aria-live]')
    expect(live).toHaveLength(1)
    expect(said()).toBe('Working')
  })

  it('does not change while only time passes, and changes in place when the state does', () => {
    const { root, show, text } = draw(toView())
    const live = root.querySelector('[role=status]')!
    const words = live.firstChild
    show(toView({ run: { totals: { ...toView().run.totals, active: 248_000 } }, sync: 'offline' }))
    expect(text('.time')).toBe('4:08')
    expect(live.firstChild).toBe(words)
    show(toView({ run: { presence: 'idle' } }))
    expect(root.querySelector('[role=status]')).toBe(live)
    expect(live.textContent).toBe('Quiet')
  })

  it('has a name, a language and a direction', () => {
    const section = draw(toView({}, { lang: 'ar', dir: 'rtl' })).root.querySelector('section')!
    expect(section.getAttribute('aria-label')).toBe('Learning time')
    expect(section.getAttribute('lang')).toBe('ar')
    expect(section.getAttribute('dir')).toBe('rtl')
  })
})
