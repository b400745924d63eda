// The switches of the demo's server: what is cut, for whom, and what Timeback's stand-in then does.

import { beforeEach, describe, expect, it } from 'vitest'
import { createSwitchBoard } from '../../demo/switches.ts'
import type { SwitchBoard } from '../../demo/switches.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import type { Sandbox } from '../../src/sandbox/sandbox.ts'

const PAGE = '/activity.html'

let sandbox: Sandbox
let board: SwitchBoard

beforeEach(() => {
  sandbox = createSandbox()
  board = createSwitchBoard(sandbox.faults, PAGE)
})

const request = (path: string, from?: string) =>
  new Request(`http://localhost:4173${path}`, {
    headers: from === undefined ? {} : { referer: `http://localhost:4173${from}` },
  })

describe('offline', () => {
  it('cuts what the learner’s page asks of the relay, and nobody else', () => {
    board.set({ network: 'offline' })
    expect(board.isCut(request('/v1/entries', PAGE))).toBe(true)
    expect(board.isCut(request('/v1/runs/r', '/'))).toBe(false)
    expect(board.isCut(request('/v1/runs/r'))).toBe(false)
  })

  it('leaves the script to the browser, which has it in its cache', () => {
    board.set({ network: 'offline', relay: 'down' })
    expect(board.isCut(request('/stint.js', PAGE))).toBe(false)
  })

  it('is over when the network is up again', () => {
    board.set({ network: 'offline' })
    board.set({ network: 'up' })
    expect(board.isCut(request('/v1/entries', PAGE))).toBe(false)
  })
})

it('cuts everybody off from a relay that is down', () => {
  board.set({ relay: 'down' })
  expect(board.isCut(request('/v1/runs/r', '/'))).toBe(true)
})

describe('Timeback', () => {
  it.each([
    ['500', { status: 500, processed: true }],
    ['429', { status: 429, retryAfterSeconds: 5 }],
    ['slow', { delayMs: 4_000 }],
    ['silent', { lostAnswer: true }],
  ] as const)('that is %s does so to each event, and to nothing else', (timeback, fault) => {
    board.set({ timeback })
    expect(sandbox.faults.pending()).toEqual([expect.objectContaining({ on: 'event', ...fault })])
  })

  it('has one trouble at a time, and none when it is up', () => {
    board.set({ timeback: '500' })
    board.set({ timeback: 'slow' })
    expect(sandbox.faults.pending()).toHaveLength(1)
    board.set({ timeback: 'up' })
    expect(sandbox.faults.pending()).toEqual([])
  })

  it('keeps its trouble while another switch is turned', () => {
    board.set({ timeback: '500' })
    board.set({ network: 'offline' })
    expect(sandbox.faults.pending()).toHaveLength(1)
  })
})

it.each([undefined, null, 'offline', { network: 'down' }, { weather: 'up' }, { timeback: 500 }])(
  'turns nothing for %j',
  (change) => {
    expect(() => board.set(change)).toThrow(TypeError)
    expect(board.read()).toEqual({ network: 'up', relay: 'up', timeback: 'up' })
  },
)
