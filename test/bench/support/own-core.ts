// A core for the main threads of a browser's pages alone, as on most machines they have one; all else that a bench needs
// (the browser's other processes and threads, the relay, this process) shares the rest. Where two cores have all of that
// to do, each message to another process may cost a page its turn, and a figure tells of that.

import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const last = cpus().length - 1

/** Needs Linux, util-linux's `taskset`, and two cores that this process may use. */
export const canHaveOwnCore = last > 0 && [0, last].every(mayUse)

/** Of the browser's process group as it is now; what comes later is where its maker was. Does nothing where it can't. */
export function giveOwnCore(group: number): void {
  if (!canHaveOwnCore) return
  const rest = `0-${last - 1}`
  for (const pid of [process.pid, ...readGroup(group)]) {
    move('-acp', rest, pid)
    if (isPage(pid)) move('-cp', `${last}`, pid)
  }
}

function mayUse(core: number): boolean {
  return spawnSync('taskset', ['-c', `${core}`, 'true']).status === 0
}

function move(how: string, cores: string, pid: number): void {
  try {
    execFileSync('taskset', [how, cores, `${pid}`], { stdio: 'ignore' })
  } catch (error) {
    // What has ended meanwhile needs no core.
    if (readOf(`${pid}`, 'stat')) throw error
  }
}

function readGroup(group: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter(
      (pid) =>
        readOf(pid, 'stat')
          .replace(/^.*\) /, '')
          .split(' ')[2] === `${group}`,
    )
    .map(Number)
}

function isPage(pid: number): boolean {
  return readOf(`${pid}`, 'cmdline').includes('--type=renderer')
}

/** Of a process that has ended meanwhile, nothing. */
function readOf(pid: string, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
