// The README's TypeScript compiles as it stands, against the declarations that the package ships.

import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, expect, it } from 'vitest'
import { requireBuild } from '../support/require-build.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const FOLDER = path.join(ROOT, 'node_modules/.cache/readme')

/** What a reader has to bring along. */
const GIVEN = `import type { Learner } from 'stint/relay/node'
declare global { function whoIs(request: Request): Promise<Learner | null> }`

beforeAll(requireBuild)

it('compiles, example by example', async () => {
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code)
  expect(examples).toHaveLength(3)

  await rm(FOLDER, { recursive: true, force: true })
  await mkdir(path.join(FOLDER, 'node_modules'), { recursive: true })
  await writeFile(path.join(FOLDER, 'given.ts'), GIVEN)
  await Promise.all(
    examples.map((code, n) => writeFile(path.join(FOLDER, `example-${n}.ts`), code)),
  )
  const declarations = path.join(ROOT, 'dist/types')
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    module: 'esnext',
    moduleResolution: 'bundler',
    target: 'es2023',
    lib: ['es2023', 'dom'],
    types: ['node'],
    typeRoots: [path.join(ROOT, 'node_modules/@types')],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: {
      stint: [path.join(declarations, 'index.d.ts')],
      'stint/react': [path.join(declarations, 'react.d.ts')],
      'stint/relay/node': [path.join(declarations, 'relay/node/server.d.ts')],
    },
  }
  await writeFile(
    path.join(FOLDER, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  )
  const compiled = await promisify(execFile)(path.join(ROOT, 'node_modules/.bin/tsc'), [
    '-p',
    FOLDER,
  ]).catch((error: { stdout: string }) => error)
  expect(compiled.stdout).toBe('')
})
