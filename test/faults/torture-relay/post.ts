// Requests to a relay that may die at any moment: an answer, or nothing. One connection pool for each life.

import { Agent, request } from 'node:http'

export interface Line {
  /** What was answered, or undefined if nobody answered. */
  post(path: string, body: string, learner: string): Promise<Answer | undefined>
  close(): void
}

export interface Answer {
  status: number
  body: unknown
}

export function openLine(origin: string): Line {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  return {
    post: (path, body, learner) =>
      new Promise((resolve) => {
        const headers = { 'content-type': 'text/plain', 'x-learner': learner }
        const nobody = () => resolve(undefined)
        const asked = request(`${origin}${path}`, { method: 'POST', agent, headers }, (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (part: string) => (text += part))
          answer.once('error', nobody)
          answer.once('close', nobody)
          answer.once('end', () => {
            // Cut short, it is no answer.
            if (answer.complete) resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) })
          })
        })
        asked.once('error', nobody)
        asked.end(body)
      }),
    close: () => agent.destroy(),
  }
}
