/** What the learner can do in the widget, and what they have open in it by that. Only their own acts change it. */
import type { Run } from '../page/run.ts'
import type { Asker } from './asking.ts'
import { keepLook, type Look } from './look.ts'
import { CORNERS } from './options.ts'

export interface Acts {
  pause(): void
  resume(): void
  toggle(): void
  toggleHelp(): void
  collapse(): void
  expand(): void
  move(): void
  claim(): void
  answer(): void
}

export interface Opened {
  look: Look
  isOpen: boolean
  isHelpOpen: boolean
}

/** Changes what is opened, and has it drawn after each act. */
export function createActs(
  opened: Opened,
  { run, asker, draw }: { run: () => Run | null; asker: Asker; draw: () => void },
): Acts {
  const act = (change: () => void) => () => {
    change()
    draw()
  }
  const like = (look: Partial<Look>) => keepLook(Object.assign(opened.look, look))
  return {
    pause: act(() => run()?.pause()),
    resume: act(() => run()?.resume()),
    toggle: act(() => (opened.isOpen = !opened.isOpen)),
    toggleHelp: act(() => (opened.isHelpOpen = !opened.isHelpOpen)),
    collapse: act(() => {
      opened.isOpen = false
      like({ isCollapsed: true })
    }),
    expand: act(() => like({ isCollapsed: false })),
    move: act(() => {
      const next = CORNERS.indexOf(opened.look.corner) + 1
      like({ corner: CORNERS[next % CORNERS.length]! })
    }),
    claim: act(() => run()?.claim('on-paper')),
    answer: act(() => asker.answer()),
  }
}
