// The commands as an operator starts them: the built program, its environment, its signals.

import type { ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { requireBuild } from '../support/require-build.ts'
import { startCommand, toOrigin } from '../support/start-command.ts'
import type { Started } from '../support/start-command.ts'

const DIST = path.resolve(import.meta.dirname, '../../dist')

let folder: string
let children: ChildProcess[] = []

beforeAll(requireBuild)
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stint-cli-'))
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await rm(folder, { recursive: true, force: true })
})

function start(args: string[], env: Record<string, string>): Started {
  const started = startCommand(args, { env, cwd: folder })
  children.push(started.child)
  return started
}

/** A relay with all that it must be told, before a Timeback at that address. */
async function startRelay(
  timeback: string,
  more: Record<string, string> = {},
  flags: string[] = [],
): Promise<Started> {
  await writeFile(
    path.join(folder, 'identify.mjs'),
    `export const identify = () => ({ sourcedId: 'demo-learner', email: 'learner@school.example', role: 'student' })`,
  )
  return start(['relay', ...flags], {
    PORT: '0',
    TIMEBACK_ENV: 'local',
    TIMEBACK_CLIENT_ID: 'demo',
    TIMEBACK_CLIENT_SECRET: 'demo-secret',
    TIMEBACK_TOKEN_URL: `${timeback}/oauth2/token`,
    TIMEBACK_CALIPER_URL: timeback,
    TIMEBACK_API_URL: timeback,
    STINT_SECRET: 'a secret of thirty-two characters!',
    STINT_SENSOR: 'https://app.example',
    STINT_APP_NAME: 'CLI test',
    STINT_COURSES: '[{"sourcedId":"course-math-5","subject":"Math","grade":5}]',
    STINT_IDENTIFY: './identify.mjs',
    ...more,
  })
}

async function post(url: string, body: object): Promise<unknown> {
  return (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).json()
}

/** No test of these sends anything on. */
const NO_TIMEBACK = 'http://localhost:9'

describe('stint', () => {
  it('lists its commands', async () => {
    const help = start(['--help'], {})
    expect(await help.exited).toBe(0)
    for (const name of ['relay', 'check', 'sandbox']) {
      expect(help.output()).toContain(`  stint ${name} `)
    }
  })

  it.each([
    ['relay', '  TIMEBACK_CLIENT_SECRET *\n'],
    ['relay', '  STINT_ALLOWANCES\n'],
    ['relay', '  --print-config'],
    ['check', '  --email'],
    ['sandbox', '  --read-lag-ms'],
  ])('says what %s takes: %s', async (command, said) => {
    const help = start([command, '--help'], {})
    expect(await help.exited).toBe(0)
    expect(help.output()).toContain(said)
  })

  it.each([
    [['rely'], 'There is no command rely'],
    [[], 'Which command?'],
    [['relay', 'now'], 'stint relay takes no now'],
    [['relay', '--prot', '80'], "Unknown option '--prot'\nSee stint relay --help"],
  ])('fails with %j, and says what there is', async (args, said) => {
    const wrong = start(args, {})
    expect(await wrong.exited).toBe(1)
    expect(wrong.output()).toContain(said)
    expect(wrong.output()).toContain('--help')
    expect(wrong.output()).not.toContain('    at ')
  })
})

describe('stint check', () => {
  it('looks at a sandbox, for a pipeline', async () => {
    const sandbox = start(['sandbox'], { PORT: '0' })
    const timeback = toOrigin(await sandbox.until('ready'))
    const check = start(['check', '--json', '--email', 'learner@school.example'], {
      STINT_SENSOR: 'https://app.example',
      STINT_APP_NAME: 'CLI test',
      STINT_COURSES: '[{"sourcedId":"course-math-5","subject":"Math","grade":5}]',
      TIMEBACK_ENV: 'local',
      TIMEBACK_CLIENT_ID: 'demo',
      TIMEBACK_CLIENT_SECRET: 'demo-secret',
      TIMEBACK_TOKEN_URL: `${timeback}/oauth2/token`,
      TIMEBACK_API_URL: timeback,
      TIMEBACK_CALIPER_URL: timeback,
      TIMEBACK_QTI_URL: timeback,
    })
    expect(await check.exited).toBe(0)
    const { ok, findings } = JSON.parse(check.output()) as {
      ok: boolean
      findings: { name: string; state: string }[]
    }
    expect(ok).toBe(true)
    const needed = findings.filter(({ name }) => !name.startsWith('open:'))
    expect(needed.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(needed.map(({ name }) => name)).toContain('enrolment')
    expect(check.output()).not.toContain('learner@')
  })

  it('fails where nobody is there, and says what to do', async () => {
    const check = start(['check'], {
      TIMEBACK_ENV: 'local',
      TIMEBACK_CLIENT_ID: 'demo',
      TIMEBACK_CLIENT_SECRET: 'demo-secret',
      TIMEBACK_TOKEN_URL: `${NO_TIMEBACK}/oauth2/token`,
      TIMEBACK_API_URL: NO_TIMEBACK,
      TIMEBACK_CALIPER_URL: NO_TIMEBACK,
    })
    expect(await check.exited).toBe(1)
    expect(check.output()).toMatch(/failed +token/)
    expect(check.output()).toContain('  token: check TIMEBACK_TOKEN_URL')
    expect(check.output()).not.toContain('demo-secret')
  })
})

describe('stint sandbox', () => {
  it('behaves as its flags say', async () => {
    const sandbox = start(['sandbox', '--reply', '204', '--token-life-seconds', '7'], { PORT: '0' })
    const origin = toOrigin(await sandbox.until('ready'))
    const form = {
      grant_type: 'client_credentials',
      client_id: 'demo',
      client_secret: 'demo-secret',
    }
    const body = new URLSearchParams(form)
    const answer = await fetch(`${origin}/oauth2/token`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ expires_in: 7 })
  })

  it.each([
    [['--reply', 'perhaps'], '--reply'],
    [['--read-lag-ms', 'long'], '--read-lag-ms'],
    [['--red-lag-ms', '5'], '--red-lag-ms'],
  ])('does not start with flags that it can not read: %s', async (flags, said) => {
    const sandbox = start(['sandbox', ...flags], { PORT: '0' })
    expect(await sandbox.exited).toBe(1)
    expect(sandbox.output()).toContain(said)
    expect(sandbox.output()).not.toContain('    at ')
  })
})

describe('stint relay', () => {
  it('names everything that is missing, at once, and does not start', async () => {
    const relay = start(['relay'], { TIMEBACK_ENV: 'staging' })
    expect(await relay.exited).toBe(1)
    for (const name of [
      'TIMEBACK_CLIENT_ID',
      'TIMEBACK_CLIENT_SECRET',
      'STINT_SECRET',
      'STINT_SENSOR',
    ]) {
      expect(relay.output()).toContain(name)
    }
    expect(relay.output()).not.toContain('    at ')
  })

  it('shows its configuration without its secrets, and starts nothing', async () => {
    const relay = await startRelay(NO_TIMEBACK, {}, ['--print-config'])
    expect(await relay.exited).toBe(0)
    expect(relay.output()).toMatch(/^sensor +https:\/\/app\.example +STINT_SENSOR$/m)
    expect(relay.output()).not.toMatch(/demo-secret|thirty-two|ready/)
  })

  it('tells pages how it counts, as its variables say', async () => {
    const relay = await startRelay(NO_TIMEBACK, {
      STINT_PRESET: 'timeback-sdk',
      STINT_POLICY: '{"hiddenWasteAfterMs":45000}',
      STINT_ALLOWANCES: '[{"activity":"essay-1","paper":true,"otherTabs":true}]',
    })
    const origin = toOrigin(await relay.until('ready'))
    const sentAt = Date.now()
    const grant = await post(`${origin}/v1/grants`, { v: 1, startedAt: sentAt, sentAt })
    expect(grant).toMatchObject({
      policy: { idleAfterMs: 'never', leaveAfterMs: 'never', hiddenWasteAfterMs: 45_000 },
      allowances: [{ activity: 'essay-1', paper: true, otherTabs: true }],
      mayRelax: false,
    })
  })

  it.each([
    ['STINT_PRESET', 'timeback', 'STINT_PRESET: '],
    ['STINT_POLICY', '{idle: 90}', 'STINT_POLICY is not JSON; it looks like {"idleAfterMs":90000}'],
    ['STINT_POLICY', '{"idleAfterMs":"90s"}', 'STINT_POLICY.idleAfterMs: '],
    ['STINT_ALLOWANCES', '[{"paper":1}]', 'STINT_ALLOWANCES.0.paper: '],
  ])('does not start with a %s of %s, and says where it is wrong', async (name, value, said) => {
    const relay = await startRelay(NO_TIMEBACK, { [name]: value })
    expect(await relay.exited).toBe(1)
    expect(relay.output()).toContain(said)
    expect(relay.output()).not.toContain('    at ')
  })

  it.each(['stint.js', 'stint-widget.js', 'stint-panel.js', 'stint-es.js', 'ping.js'])(
    'serves pages the %s that was built with it',
    async (name) => {
      const relay = await startRelay(NO_TIMEBACK)
      const origin = toOrigin(await relay.until('ready'))
      const answer = await fetch(`${origin}/${name}`)
      expect(answer.headers.get('content-type')).toMatch('text/javascript')
      expect(await answer.text()).toBe(await readFile(path.join(DIST, name), 'utf8'))
    },
  )

  it('counts and delivers, configured by the environment alone, and ends in order on SIGTERM', async () => {
    const sandbox = start(['sandbox'], { PORT: '0' })
    const timeback = toOrigin(await sandbox.until('ready'))
    const relay = await startRelay(timeback)
    const origin = toOrigin(await relay.until('ready'))
    const sentAt = Date.now()
    const { token } = (await post(`${origin}/v1/grants`, {
      v: 1,
      startedAt: sentAt - 2_000,
      sentAt,
    })) as {
      token: string
    }
    const activity = { id: 'a', name: 'A', course: { subject: 'Math', grade: 5 } }
    const entries = [
      { v: 1, type: 'start', id: 'run/leg/start', activity, wallAt: sentAt - 2_000, monoAt: 0 },
      { v: 1, type: 'slice', id: 'run/leg/0', spans: [['active', 0, 1_500, 0]] },
      {
        v: 1,
        type: 'end',
        id: 'run/end',
        legId: 'leg',
        at: 1_500,
        result: {},
        legs: { leg: { slices: 1, reach: 1_500 } },
      },
    ]
    expect(
      await post(`${origin}/v1/entries`, { v: 1, grant: token, sentAt, entries }),
    ).toMatchObject({
      verdicts: [{ verdict: 'stored' }, { verdict: 'stored' }, { verdict: 'stored' }],
    })
    expect(await sandbox.until('ActivityEvent')).toContain('of demo-learner: active 1.5')

    relay.child.kill('SIGTERM')
    expect(await relay.exited).toBe(0)
    expect(relay.output()).not.toMatch(/learner@school|demo-secret|thirty-two/)
  })
})
