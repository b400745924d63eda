// @vitest-environment happy-dom
import { render } from 'preact'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Presence } from '../../src/contract/entry.ts'
import type { RunSnapshot } from '../../src/page/run-snapshot.ts'
import type { Snapshot } from '../../src/page/stint.ts'
import { Pill, toClock } from '../../src/widget/pill.tsx'
import { toContext, toRun, toSnapshot } from './snapshots.ts'

/** Draws the pill, and again with other snapshots into the same place. */
function draw(snapshot: Snapshot) {
  const root = document.createElement('div')
  const [onPause, onResume] = [vi.fn<() => void>(), vi.fn<() => void>()]
  const show = (next: Snapshot) =>
    render(<Pill snapshot={next} onPause={onPause} onResume={onResume} />, root)
  show(snapshot)
  onTestFinished(() => render(null, root))
  return {
    root,
    show,
    onPause,
    onResume,
    text: (selector: string) => root.querySelector(selector)?.textContent,
    button: () => root.querySelector('button'),
  }
}

const drawRun = (run: Partial<RunSnapshot>) => draw(toSnapshot({ run: toRun(run) }))

describe('the pill', () => {
  it('is not there before there is a run', () => {
    expect(draw(toSnapshot({ run: null })).root.innerHTML).toBe('')
  })

  it('shows the active time, not the time on the wall', () => {
    expect(draw(toSnapshot()).text('.time')).toBe('4:07')
  })

  it('shows no time of an earlier page before the relay has said who is here', () => {
    const run = toRun({ isContinued: true })
    const { show, text } = draw(toSnapshot({ run, learner: 'asking' }))
    expect(text('.time')).toBeUndefined()
    expect(text('[role=status]')).toBe('Working')
    show(toSnapshot({ run, learner: 'known' }))
    expect(text('.time')).toBe('4:07')
    show(toSnapshot({ run: toRun(), learner: 'asking' }))
    expect(text('.time')).toBe('4:07')
  })

  it.each<[Presence, string]>([
    ['active', 'Working'],
    ['idle', 'Quiet'],
    ['hidden', 'Away'],
    ['paused', 'Paused'],
    ['suspended', 'Not counted'],
    ['left', 'Not counted'],
    ['flag', 'Not counted'],
  ])('says of %s: %s', (presence, words) => {
    expect(drawRun({ presence }).text('[role=status]')).toBe(words)
  })

  it.each<[Snapshot['sync'], string]>([
    ['saved', 'All saved'],
    ['waiting', 'Saving…'],
    ['offline', 'Saved on this device, will send when online'],
    ['memory', 'Keep this page open until it is saved'],
  ])('says of what is %s: %s', (sync, words) => {
    expect(draw(toSnapshot({ sync })).text('.sync')).toBe(words)
  })

  it('lights its dot only while the learner is working', () => {
    const isLit = (run: Partial<RunSnapshot>) =>
      drawRun(run).root.querySelector('.dot.active') !== null
    expect(isLit({ presence: 'active' })).toBe(true)
    expect(isLit({ presence: 'idle' })).toBe(false)
    expect(isLit({ presence: 'active', isEnded: true })).toBe(false)
  })

  it('promises nothing to somebody who is not signed in: no time, no state, nothing to press', () => {
    const { root, text, button } = draw(toSnapshot({ learner: 'unknown' }))
    expect(text('.sync')).toBe('Not signed in, not counting')
    expect(text('.time')).toBeUndefined()
    expect(text('[role=status]')).toBeUndefined()
    expect(root.querySelector('.dot.active')).toBe(null)
    expect(button()).toBe(null)
  })

  it('tells a preview that nothing is sent, and does not say saved', () => {
    const { text, root } = draw(toSnapshot({ learner: 'preview' }))
    expect(text('.sync')).toBe('Preview, nothing is sent')
    expect(root.textContent).not.toContain('saved')
    expect(text('.time')).toBe('4:07')
  })

  it('promises nothing to somebody who is not enrolled where that is refused', () => {
    const { text, button } = draw(toSnapshot({ learner: 'not-enrolled' }))
    expect(text('.sync')).toBe('Not in this course, not counting')
    expect(text('.time')).toBeUndefined()
    expect(button()).toBe(null)
  })

  it.each([
    ['hold', 'Not in this course yet, saved for when you are'],
    ['count', 'All saved'],
  ] as const)(
    'says to somebody who is not enrolled, where the operator says %s: %s',
    (rule, words) => {
      const context = toContext({ enrolled: false, ifNotEnrolled: rule })
      expect(draw(toSnapshot({ context })).text('.sync')).toBe(words)
    },
  )

  it('says nothing of enrolment where nobody knows', () => {
    const context = toContext({ enrolled: null, ifNotEnrolled: 'hold' })
    expect(draw(toSnapshot({ context })).text('.sync')).toBe('All saved')
  })

  it('has nothing to press once the run has ended, and still shows its time', () => {
    const { text, button } = drawRun({ isEnded: true })
    expect(text('[role=status]')).toBe('Finished')
    expect(text('.time')).toBe('4:07')
    expect(button()).toBe(null)
  })
})

describe('the pill’s button', () => {
  it('pauses a run that goes on', () => {
    const { button, onPause, onResume } = draw(toSnapshot())
    expect(button()?.textContent).toBe('Pause')
    button()?.click()
    expect(onPause).toHaveBeenCalledOnce()
    expect(onResume).not.toHaveBeenCalled()
  })

  it('goes on with a run that is paused, though its tab was hidden meanwhile', () => {
    const { button, onPause, onResume } = drawRun({ isPaused: true, presence: 'paused' })
    expect(button()?.textContent).toBe('Go on')
    button()?.click()
    expect(onResume).toHaveBeenCalledOnce()
    expect(onPause).not.toHaveBeenCalled()
  })

  it('stays the same element when it changes its word: the keyboard’s focus is not lost', () => {
    const { button, show } = draw(toSnapshot())
    const before = button()
    show(toSnapshot({ run: toRun({ isPaused: true, presence: 'paused' }) }))
    expect(button()).toBe(before)
  })

  it('does not submit a form that it is put into', () => {
    expect(draw(toSnapshot()).button()?.type).toBe('button')
  })
})

describe('what a screen reader hears', () => {
  it('is the state, and never the seconds or what is saved', () => {
    const { root } = draw(toSnapshot())
    const live = root.querySelectorAll('[role=status], [role=timer], [role=alert], [aria-live]')
    expect(live).toHaveLength(1)
    expect(live[0]?.textContent).toBe('Working')
    expect(live[0]?.contains(root.querySelector('.time'))).toBe(false)
    expect(root.querySelector('.time')?.closest('[role=status]')).toBe(null)
  })

  it('does not change while only time passes, and changes in place when the state does', () => {
    const { root, show } = draw(toSnapshot())
    const live = root.querySelector('[role=status]')!
    const words = live.firstChild
    show(toSnapshot({ run: toRun({ totals: { ...toRun().totals, active: 248_000 } }) }))
    expect(root.querySelector('.time')?.textContent).toBe('4:08')
    expect(live.firstChild).toBe(words)
    show(toSnapshot({ run: toRun({ presence: 'idle' }) }))
    expect(root.querySelector('[role=status]')).toBe(live)
    expect(live.textContent).toBe('Quiet')
  })

  it('has a name, and no word for the dot', () => {
    const { root } = draw(toSnapshot())
    expect(root.querySelector('section')?.getAttribute('aria-label')).toBe('Learning time')
    expect(root.querySelector('.dot')?.getAttribute('aria-hidden')).toBe('true')
  })
})

describe('toClock', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [1_000, '0:01'],
    [59_999, '0:59'],
    [60_000, '1:00'],
    [599_000, '9:59'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [3_847_000, '1:04:07'],
    [36_000_000, '10:00:00'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(toClock(ms)).toBe(text)
  })
})
