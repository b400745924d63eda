// The relay under SIGKILL, in small: `npm run torture:relay` does it ten thousand times.

import { expect, it } from 'vitest'
import { createLives } from './torture-relay/lives.ts'
import { playRound } from './torture-relay/round.ts'

const KILLS = 200

it('a relay that is killed 200 times loses nothing that it gave a receipt for, and tells nothing twice', async () => {
  const lives = await createLives(() => {})
  const report = await playRound({ seed: 5, kills: KILLS, lives, pace: 0.25 })
  await lives.close()
  expect(report.findings).toEqual({
    lostReceipts: [],
    doubledEntries: [],
    doubledEvents: [],
    lostEvents: [],
  })
  expect(report.complaints).toEqual([])
  expect(report.kills).toBe(KILLS)
  expect(report.receipts).toBeGreaterThan(KILLS)
  expect(report.events).toBeGreaterThan(0)
}, 240_000)
