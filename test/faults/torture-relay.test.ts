// The relay under SIGKILL, in small: `npm run torture:relay` does it ten thousand times. 200 kills take under a minute
// on two cores of their own; where the machine has other things to do, as many as fit into 45 s have to do.

import { expect, it } from 'vitest'
import { createLives } from './torture-relay/lives.ts'
import { playRound } from './torture-relay/round.ts'

const KILLS = 200
const MOST_MS = 45_000

it('a relay that is killed up to 200 times loses nothing that it gave a receipt for, and tells nothing twice', async () => {
  const lives = await createLives(() => {})
  const until = Date.now() + MOST_MS
  const isStopping = () => Date.now() > until
  const report = await playRound({ seed: 5, kills: KILLS, lives, pace: 0.25, isStopping })
  await lives.close()
  expect(report.findings).toEqual({
    lostReceipts: [],
    doubledEntries: [],
    doubledEvents: [],
    lostEvents: [],
  })
  expect(report.complaints).toEqual([])
  console.log(`${report.kills} kills, ${report.receipts} receipts, ${report.events} events`)
  expect(report.kills).toBeGreaterThan(1)
  expect(report.receipts).toBeGreaterThan(0)
  expect(report.events).toBeGreaterThan(0)
}, 300_000)
