#!/usr/bin/env node
/** The command line: `stint relay` and `stint sandbox`. */
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { toLine } from '../../sandbox/line.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import { createRelay } from '../relay.ts'
import { readConfig, readPort, toComplaint, VARIABLES } from './config.ts'
import { readSandboxFlags, SANDBOX_FLAGS, SANDBOX_HELP } from './sandbox-flags.ts'
import { listen, readScript, serveRelay, type Listening } from './server.ts'
import { openSqlite } from './sqlite.ts'

const HELP = `stint relay     runs the relay, configured by the environment
stint sandbox   runs a local stand-in for Timeback (PORT, 4174; client demo / demo-secret)
${SANDBOX_HELP}

The relay's environment (* must be set):
${VARIABLES.map(([name, meaning]) => `  ${name}\n      ${meaning}`).join('\n')}`

async function runRelay(): Promise<Listening> {
  const { settings, identify, dataPath, port, host } = await readConfig(process.env)
  const log = pino()
  const relay = await createRelay({
    ...settings,
    db: openSqlite(dataPath),
    identify,
    script: readScript,
    log,
  })
  const listening = await serveRelay(relay, { port, log, ...(host !== undefined && { host }) })
  log.info({ origin: listening.origin, data: dataPath }, 'ready')
  return listening
}

async function runSandbox(flags: Record<string, unknown>): Promise<Listening> {
  const sandbox = createSandbox(readSandboxFlags(flags))
  sandbox.subscribe((event) => console.log(toLine(event)))
  const listening = await listen(sandbox.fetch, { port: readPort(process.env.PORT, 4174) })
  console.log(`Timeback's stand-in: ${listening.origin}\nready`)
  return listening
}

/** Ends in order on Ctrl-C and on a supervisor's word. */
function closeOnSignal(listening: Listening) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void listening.close().then(() => process.exit(0)))
  }
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' }, ...SANDBOX_FLAGS },
  })
  const [command] = positionals
  if (values.help) return console.log(HELP)
  if (command === 'relay') return closeOnSignal(await runRelay())
  if (command === 'sandbox') return closeOnSignal(await runSandbox(values))
  throw new TypeError(`${command ? `There is no command ${command}` : 'Which command?'}\n\n${HELP}`)
}

main().catch((error: unknown) => {
  console.error(toComplaint(error))
  process.exitCode = 1
})
