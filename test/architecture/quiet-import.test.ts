// Importing the npm entry touches nothing: it works on a server, where there is no DOM, and leaves no global,
// no timer and no output behind.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const ENTRY = path.resolve(import.meta.dirname, '../../src/index.ts')

const PROGRAM = `
  const before = new Set(Reflect.ownKeys(globalThis))
  await import(${JSON.stringify(pathToFileURL(ENTRY).href)})
  const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)
  const open = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout')
  console.log(JSON.stringify({ added, open }))
`

it.skipIf(!existsSync(ENTRY))('importing src/index.ts in plain Node does nothing', async () => {
  // A timer or a connection left open would keep the process from ending in time.
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--input-type=module', '--eval', PROGRAM],
    { timeout: 20_000 },
  )
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({ added: [], open: [] })
})
