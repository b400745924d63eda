// `stint relay` as an operator starts it, for learners named by a header. Timeback is nowhere: what is due waits.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startServing, type Serving } from './children.ts'

const CLI = path.resolve(import.meta.dirname, '../../../src/relay/node/cli.ts')

const IDENTIFY = `export const identify = (request) => {
  const sourcedId = request.headers.get('x-learner')
  return { sourcedId, email: sourcedId + '@school.example', role: 'student' }
}
`

/** A port of loopback that nobody listens on: whatever is sent there fails at once. */
const NOWHERE = 'http://127.0.0.1:9'

export async function startRelay(dataPath: string, syncMs = 0): Promise<Serving> {
  const folder = path.dirname(dataPath)
  await writeFile(path.join(folder, 'identify.mjs'), IDENTIFY)
  return startServing([CLI, 'relay'], {
    cwd: folder,
    syncMs,
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      STINT_DATA: dataPath,
      STINT_IDENTIFY: './identify.mjs',
      STINT_SECRET: 'a secret of thirty-two characters!',
      STINT_SENSOR: 'https://app.example',
      STINT_APP_NAME: 'Bench',
      STINT_CONTEXT: 'host',
      STINT_COURSES: '[{"sourcedId":"course-1","subject":"Math","grade":5}]',
      TIMEBACK_ENV: 'local',
      TIMEBACK_CLIENT_ID: 'bench',
      TIMEBACK_CLIENT_SECRET: 'bench-secret',
      TIMEBACK_TOKEN_URL: `${NOWHERE}/oauth2/token`,
      TIMEBACK_CALIPER_URL: NOWHERE,
      TIMEBACK_API_URL: NOWHERE,
    },
  })
}
