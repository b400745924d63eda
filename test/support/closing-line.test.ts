import { expect, it } from 'vitest'
import { toClosingLine, withExitCode } from './closing-line.ts'

it('says how many passed and failed, and leaves out skipped where there are none', () => {
  expect(toClosingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
  expect(toClosingLine({ passed: 1, failed: 2, skipped: 3 })).toBe('1 passed, 2 failed, 3 skipped')
})

it('never says "0 failed" of a run that ends with an exit code', () => {
  expect(withExitCode({ passed: 5, failed: 0, skipped: 0 }, 1).failed).toBe(1)
  expect(withExitCode({ passed: 5, failed: 2, skipped: 0 }, 1).failed).toBe(2)
  expect(withExitCode({ passed: 5, failed: 0, skipped: 0 }, 0).failed).toBe(0)
})
