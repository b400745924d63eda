/** How far a long run has come, in a file: broken off, it goes on from there, and its counts are those of all of it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Simulated } from './simulation.ts'

export interface State {
  from: number
  /** All before this many are done. */
  done: number
  seconds: number
  failed: { seed: number; problems: string[] }[]
  simulatedMs: number
  toldMs: number
  /** The most that any page took with it when it died. */
  mostLostWithMemoryMs: number
  counts: Record<string, number>
}

const FOLDER = path.resolve(import.meta.dirname, '../../../.stint')
const SAVE_EVERY = 50

/** Without `from`, an unfinished run of as many seeds is taken up, or a new one begun at 1. */
export function openProgress(seeds: number, from: number | undefined) {
  const file = path.join(FOLDER, `simulate-${seeds}.json`)
  const state = from === undefined ? (load(file) ?? toNew(1)) : toNew(from)
  const startedAt = Date.now()
  const secondsBefore = state.seconds
  /** Worlds end in another order than they began. */
  const early = new Map<number, Simulated>()

  const add = (simulated: Simulated) => {
    early.set(simulated.seed, simulated)
    for (;;) {
      const seed = state.from + state.done
      const next = early.get(seed)
      if (!next) return
      early.delete(seed)
      count(state, next)
      state.seconds = secondsBefore + Math.round((Date.now() - startedAt) / 1_000)
      if (state.done % SAVE_EVERY === 0) save(file, state)
      say(state, seeds)
    }
  }
  return {
    state,
    add,
    /** All of it, for the results; kept where there is more to do. */
    finish() {
      if (state.done === seeds) rmSync(file, { force: true })
      else save(file, state)
      return { seeds, ...state }
    },
  }
}

const toNew = (from: number): State => ({
  from,
  done: 0,
  seconds: 0,
  failed: [],
  simulatedMs: 0,
  toldMs: 0,
  mostLostWithMemoryMs: 0,
  counts: {},
})

function count(state: State, { seed, problems, ms, toldMs, lostWithMemoryMs, counts }: Simulated) {
  state.done += 1
  state.simulatedMs += ms
  state.toldMs += toldMs
  state.mostLostWithMemoryMs = Math.max(state.mostLostWithMemoryMs, lostWithMemoryMs)
  if (problems.length > 0) state.failed.push({ seed, problems })
  for (const [name, times] of Object.entries(counts))
    state.counts[name] = (state.counts[name] ?? 0) + times
}

function load(file: string): State | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as State
  } catch {
    // There is none, or it was broken off in mid-write: the worlds are all to be had again.
    return undefined
  }
}

function save(file: string, state: State) {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(file, JSON.stringify(state))
}

function say({ done, failed, seconds }: State, seeds: number) {
  if (done % 100 !== 0 && done !== seeds) return
  const left = Math.round((seconds / done) * (seeds - done))
  console.log(`${done} of ${seeds} worlds, ${failed.length} failed, ${seconds} s, ${left} s to go`)
}
