/** `stint sandbox`: runs Timeback's local stand-in, and prints a line for each event that comes. */
import { toLine } from '../../sandbox/line.ts'
import { createSandbox } from '../../sandbox/sandbox.ts'
import { readFlags, type Command } from './command.ts'
import { readPort } from './config.ts'
import { readSandboxFlags, SANDBOX_FLAGS, SANDBOX_HELP } from './sandbox-flags.ts'
import { listen } from './server.ts'

export const sandboxCommand: Command = {
  summary: 'runs a local stand-in for Timeback',
  help: `It listens on PORT (4174); its client is demo, with the secret demo-secret.

${SANDBOX_HELP}`,

  async run(args, { env, print }) {
    const { values } = readFlags(args, 'sandbox', SANDBOX_FLAGS)
    const sandbox = createSandbox(readSandboxFlags(values))
    sandbox.subscribe((event) => print(toLine(event)))
    const listening = await listen(sandbox.fetch, { port: readPort(env.PORT, 4174) })
    print(`Timeback's stand-in: ${listening.origin}\nready`)
    return listening
  },
}
