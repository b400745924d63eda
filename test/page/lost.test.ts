// @vitest-environment happy-dom
import { beforeEach, expect, it } from 'vitest'
import { createLosses } from '../../src/page/lost.ts'

beforeEach(() => localStorage.clear())

it('counts nothing and tells nothing while nothing is lost', () => {
  const losses = createLosses()
  losses.add({ rows: 0, ms: 0 })
  expect(losses.total()).toEqual({ rows: 0, ms: 0 })
  expect(losses.untold()).toBeUndefined()
  expect(localStorage).toHaveLength(0)
})

it('is a sum over all pages of the browser, and outlives the page that found out', () => {
  createLosses().add({ rows: 1, ms: 2_000 })
  const next = createLosses()
  next.add({ rows: 2, ms: 3_000 })
  expect(next.total()).toEqual({ rows: 3, ms: 5_000 })
  expect(createLosses().untold()).toEqual({ rows: 3, ms: 5_000 })
})

it('is told until somebody heard it, and again once there is more', () => {
  const losses = createLosses()
  losses.add({ rows: 1, ms: 2_000 })
  const told = losses.untold()!
  expect(losses.untold()).toEqual(told)
  losses.onTold(told)
  expect(losses.untold()).toBeUndefined()
  expect(createLosses().untold()).toBeUndefined()
  losses.add({ rows: 1, ms: 0 })
  expect(losses.untold()).toEqual({ rows: 2, ms: 2_000 })
})

it('is not taken for told when more was lost while it was under way', () => {
  const losses = createLosses()
  losses.add({ rows: 1, ms: 2_000 })
  const told = losses.untold()!
  losses.add({ rows: 1, ms: 0 })
  losses.onTold(told)
  expect(losses.untold()).toEqual({ rows: 2, ms: 2_000 })
})

it('does not need a place that holds something else', () => {
  localStorage['stint:lost'] = 'not JSON'
  const losses = createLosses()
  losses.add({ rows: 1, ms: 2_000 })
  expect(losses.untold()).toEqual({ rows: 1, ms: 2_000 })
})
