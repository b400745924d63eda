// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keepLook, readLook } from '../../src/widget/look.ts'
import { toHas } from '../../src/widget/options.ts'

beforeEach(() => localStorage.clear())

describe('the look', () => {
  it('is the author’s at first, and bottom-end without one', () => {
    expect(readLook('top-start')).toEqual({ corner: 'top-start', isCollapsed: false })
    expect(readLook(undefined)).toEqual({ corner: 'bottom-end', isCollapsed: false })
  })

  it('is the learner’s from then on', () => {
    keepLook({ corner: 'top-end', isCollapsed: true })
    expect(readLook('bottom-start')).toEqual({ corner: 'top-end', isCollapsed: true })
  })

  it.each(['{', 'null', '7', '{"corner":"middle","isCollapsed":"yes"}'])(
    'that makes no sense any more (%s) is forgotten',
    (kept) => {
      localStorage['stint:look'] = kept
      expect(readLook('top-start')).toEqual({ corner: 'top-start', isCollapsed: false })
    },
  )

  it('does without a storage', () => {
    vi.stubGlobal('localStorage', undefined)
    keepLook({ corner: 'top-end', isCollapsed: true })
    expect(readLook('top-start')).toEqual({ corner: 'top-start', isCollapsed: false })
    vi.unstubAllGlobals()
  })

  it('takes no corner that there is not from an author either', () => {
    expect(readLook('middle' as 'top-end').corner).toBe('bottom-end')
  })
})

describe('a switch', () => {
  it('is on unless it is switched off, as an attribute or from script', () => {
    expect(toHas({})).toEqual({ pause: true, goal: true, score: true, xp: true, paper: true })
    expect(toHas({ pause: 'off', goal: false, score: 'on', xp: true, paper: 'false' })).toEqual({
      pause: false,
      goal: false,
      score: true,
      xp: true,
      paper: false,
    })
  })
})
