// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { toHas } from '../../src/widget/options.ts'
import { draw } from './draw.tsx'
import { toActs, toContext, toView } from './snapshots.ts'

const look = { corner: 'bottom-end', isCollapsed: true } as const

describe('“Still there?”', () => {
  it('is seen and heard, and a click answers it', () => {
    const acts = toActs()
    const { text, said, button } = draw(toView({}, { asking: 'still', acts }))
    expect(text('.bubble p')).toContain('Still there?')
    expect(said()).toBe('Still there? Any key or click will do.')
    button('I’m here')?.click()
    expect(acts.answer).toHaveBeenCalledOnce()
  })

  it('is asked beside the dot too', () => {
    expect(draw(toView({}, { asking: 'still', look })).text('.bubble p')).toContain('Still there?')
  })
})

describe('“Were you working on paper?”', () => {
  const run = { claimableMs: 92_000 }

  it('says of how long, and takes yes or no', () => {
    const acts = toActs()
    const { said, button } = draw(toView({ run }, { asking: 'paper', acts }))
    expect(said()).toBe('Were you working on paper? (1 min 32 sec)')
    button('Yes, on paper')?.click()
    expect(acts.claim).toHaveBeenCalledOnce()
    button('No')?.click()
    expect(acts.answer).toHaveBeenCalledOnce()
  })

  it('is not asked twice while the details ask it', () => {
    const { root, button } = draw(toView({ run }, { asking: 'paper', isOpen: true }))
    expect(root.querySelector('.bubble')).toBe(null)
    expect(button('I was working on paper (1 min 32 sec)')).toBeDefined()
  })
})

describe('the summary', () => {
  const run = {
    isEnded: true,
    result: { totalQuestions: 5, correctQuestions: 4 },
  }
  const context = toContext({ today: { activeMs: 0, xpEarned: 12.5 } })

  it('tells the time and the score', () => {
    const { text } = draw(toView({ run }, { asking: 'finished' }))
    expect(text('.bubble p')).toBe('Finished4 min 7 sec of work4 of 5 right')
  })

  it('has no score where the author wants none, or where there were no questions', () => {
    const without = [
      toView({ run }, { asking: 'finished', has: toHas({ score: 'off' }) }),
      toView({ run: { ...run, result: {} } }, { asking: 'finished' }),
    ]
    for (const view of without) expect(draw(view).text('.bubble')).not.toContain('right')
  })

  it('tells XP only once Timeback has been asked anew, and not where they are switched off', () => {
    const show = (view: object) =>
      draw(toView({ run, context }, { asking: 'finished', ...view })).text('.bubble')
    expect(show({ isToldSince: false })).not.toContain('XP')
    expect(show({ isToldSince: true })).toContain('XP today: 12.5')
    expect(show({ isToldSince: true, has: toHas({ xp: 'off' }) })).not.toContain('XP')
  })

  it('is not shown beside the dot, which only says that the run has finished', () => {
    const { root, said } = draw(toView({ run }, { asking: 'finished', look }))
    expect(root.querySelector('.bubble')).toBe(null)
    expect(said()).toBe('Finished')
  })
})
