/** What the panels ask the servers for: the relay's ledger of a run, and the demo's own switches and readings. */
import type { Reading } from '../../src/contract/grant.ts'
import type { RunReport } from '../../src/relay/relay.ts'
import type { Switches } from '../switches.ts'
import type { Received } from './view.ts'

let reading: Reading = { token: '', until: 0 }

/** Learners may read their own runs, with a short token that comes with a grant. Undefined: nothing of it has arrived. */
export async function readReport(runId: string): Promise<RunReport | undefined> {
  if (reading.until < Date.now()) {
    const body = JSON.stringify({ v: 1, startedAt: Date.now(), sentAt: Date.now() })
    const grant = await ask<{ reading: Reading }>('/v1/grants', { method: 'POST', body })
    reading = grant.reading
  }
  const headers = { authorization: `Bearer ${reading.token}` }
  const response = await fetch(`/v1/runs/${runId}`, { headers })
  if (response.status === 404) return undefined
  return read(response)
}

export const readReceived = () => ask<Received>('/demo/received')
export const readSwitches = () => ask<Switches>('/demo/switches')

export const setSwitches = (change: Partial<Switches>) =>
  ask<Switches>('/demo/switches', { method: 'POST', body: JSON.stringify(change) })

export async function resetServers(): Promise<void> {
  const response = await fetch('/demo/reset', { method: 'POST' })
  if (!response.ok) throw new Error(`/demo/reset answered ${response.status}`)
  reading = { token: '', until: 0 }
}

const ask = async <T>(path: string, init?: RequestInit) => read<T>(await fetch(path, init))

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${new URL(response.url).pathname} answered ${response.status}`)
  return (await response.json()) as T
}
