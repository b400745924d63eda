import { describe, expect, it } from 'vitest'
import { runStorm } from './storm/storm.ts'

describe('an hour in which three of ten requests to Timeback go wrong', () => {
  it.each(['platform', 'direct'] as const)(
    'ends with everything told, and nothing twice (%s)',
    { timeout: 120_000 },
    async (gradebook) => {
      const { runs, faults, wrong } = await runStorm({
        seed: 1,
        hours: 1,
        share: 0.3,
        gradebook,
      })
      expect(runs).toBeGreaterThan(25)
      expect(Object.keys(faults).length).toBeGreaterThan(8)
      expect(wrong).toEqual({})
    },
  )
})
