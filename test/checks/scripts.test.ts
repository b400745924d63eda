// Types, lint and format are tests too, by the same scripts as `npm run check`.

import { expect, it } from 'vitest'
import { runScript } from '../support/run-script.ts'

it.each(['check:types', 'check:lint', 'check:format'])('npm run %s finds nothing', async (name) => {
  const { code, output } = await runScript(name)
  expect(code, `\n${output}\n`).toBe(0)
})
