/** `stint relay`: runs the relay, configured by the environment alone, or shows what it would run with. */
import { pino } from 'pino'
import { createRelay } from '../relay.ts'
import { readOnlyFlags, type Command } from './command.ts'
import { dropEmpty, readConfig, readWritten } from './config.ts'
import { toEffective } from './effective.ts'
import { createHasRoom } from './room.ts'
import { readScript, serveRelay } from './server.ts'
import { openSqlite } from './sqlite.ts'
import { VARIABLES, type Variable } from './variables.ts'

export const relayCommand: Command = {
  summary: 'runs the relay, configured by the environment',
  help: `  --print-config   shows every option, its value and where it comes from, and ends; secrets are masked

The environment (* must be set):
${VARIABLES.map(toHelp).join('\n')}`,

  async run(args, { env, print }) {
    const values = readOnlyFlags(args, 'relay', { 'print-config': { type: 'boolean' } })
    if (values['print-config']) {
      print(toEffective(dropEmpty(env), readWritten(env)))
      return 0
    }
    const { settings, identify, dataPath, port, host } = await readConfig(env)
    const log = pino()
    const relay = await createRelay({
      ...settings,
      db: openSqlite(dataPath),
      identify,
      script: readScript,
      hasRoom: createHasRoom(dataPath),
      log,
    })
    const listening = await serveRelay(relay, { port, log, ...(host !== undefined && { host }) })
    log.info({ origin: listening.origin, data: dataPath }, 'ready')
    return listening
  },
}

function toHelp({ name, meaning, fallback, example }: Variable): string {
  const more = example === undefined ? '' : `, as JSON: ${example}`
  const without = fallback === undefined ? '' : `; ${fallback}`
  return `  ${name}${fallback === undefined ? ' *' : ''}\n      ${meaning}${more}${without}`
}
