// Who may import whom, as in DESIGN.md, "Layout". Types count as imports here, but where a rule says otherwise.

import path from 'node:path'
import { readImports } from './source-text.ts'
import type { Import } from './source-text.ts'
import type { SourceFile } from './sources.ts'

/** Each part may import itself and these. */
const MAY_IMPORT = {
  contract: [],
  core: ['contract'],
  page: ['core', 'contract'],
  widget: ['page', 'core', 'contract'],
  index: ['page', 'core', 'contract'],
  react: ['page'],
  embed: ['widget', 'page', 'core', 'contract'],
  ping: ['page'],
  timeback: [],
  sandbox: [],
  relay: ['timeback', 'core', 'contract'],
  'relay/node': ['relay', 'sandbox', 'timeback', 'contract'],
} satisfies Record<string, string[]>

type Part = keyof typeof MAY_IMPORT

/** What ends up in a page's bundle. */
const PAGE_SIDE: Part[] = ['core', 'page', 'widget', 'index', 'react', 'embed', 'ping']

/** The page takes types from the contract, and the numbers in this one file. */
const TYPES_ONLY: Part[] = ['page', 'widget', 'index', 'react', 'embed', 'ping']
const CONTRACT_NUMBERS = 'src/contract/limits.ts'

/** Packages with one home. */
const PACKAGE_HOMES: Record<string, RegExp> = {
  preact: /^src\/widget\//,
  react: /^src\/react\.ts$/,
  'idb-keyval': /^src\/page\/(outbox|store|transact|put-back|prune)\.ts$/,
  kysely: /^src\/relay\//,
  node: /^src\/relay\/node\//,
}

/** All that a page carries; the relay's parts may use any package in `dependencies`. */
const PAGE_PACKAGES = ['preact', 'idb-keyval']

/** What the host has already, and a bundle of ours therefore never carries. */
const HOST_PACKAGES = ['react']
const CONTRACT_PACKAGES = ['zod']

/** One line for each import that breaks a rule. Only files in src/ are looked at. */
export function findLayerViolations(files: readonly SourceFile[]): string[] {
  const sources = new Map(
    files
      .filter((file) => file.path.startsWith('src/'))
      .map((file) => [file.path, importsOf(file)]),
  )
  return [...sources].flatMap(([file, imports]) => {
    const part = partOf(file)
    if (!part) return [`${file} belongs to no part: see MAY_IMPORT`]
    return imports.flatMap((one) => {
      const why = isOurs(one)
        ? judgeOurs(part, resolve(file, one), one, sources)
        : judgePackage(part, file, one)
      return why ? [`${file} imports ${one.from}: ${why}`] : []
    })
  })
}

function judgeOurs(
  part: Part,
  target: string,
  { from, typeOnly }: Import,
  sources: ReadonlyMap<string, Import[]>,
): string | undefined {
  if (!/\.\w+(\?\w+)?$/.test(from)) return 'Node needs the file’s ending'
  const targetPart = partOf(target)
  if (targetPart !== part && !MAY_IMPORT[part].some((allowed) => allowed === targetPart)) {
    return `${part} may not import ${targetPart ?? 'that'}`
  }
  if (targetPart !== 'contract' || typeOnly) return undefined
  if (TYPES_ONLY.includes(part) && target !== CONTRACT_NUMBERS) {
    return 'a page takes only types from the contract (`import type`)'
  }
  const chain = PAGE_SIDE.includes(part) ? chainToZod(target, sources) : undefined
  return chain && `that would put zod into the page: ${chain.join(' -> ')}`
}

function judgePackage(part: Part, file: string, { from, typeOnly }: Import): string | undefined {
  const name = packageOf(from)
  const home = PACKAGE_HOMES[name]
  if (home && !home.test(file)) return `${name} belongs in ${home.source}`
  if (
    PAGE_SIDE.includes(part) &&
    !typeOnly &&
    ![...PAGE_PACKAGES, ...HOST_PACKAGES].includes(name)
  ) {
    return 'a page does not carry that'
  }
  if (part === 'contract' && !CONTRACT_PACKAGES.includes(name)) return 'the contract needs only zod'
  return undefined
}

/** The way from a file to zod by imports that stay in the JavaScript, if there is one. */
function chainToZod(
  file: string,
  sources: ReadonlyMap<string, Import[]>,
  seen = new Set<string>(),
): string[] | undefined {
  if (seen.has(file)) return undefined
  seen.add(file)
  for (const one of sources.get(file) ?? []) {
    if (one.typeOnly) continue
    if (packageOf(one.from) === 'zod') return [file, 'zod']
    const rest = isOurs(one) ? chainToZod(resolve(file, one), sources, seen) : undefined
    if (rest) return [file, ...rest]
  }
  return undefined
}

function importsOf({ path: file, text }: SourceFile): Import[] {
  const imports = readImports(text)
  // The compiler adds this one to whatever contains JSX.
  if (file.endsWith('.tsx')) imports.push({ from: 'preact/jsx-runtime', typeOnly: false })
  return imports
}

function partOf(file: string): Part | undefined {
  const name = /^src\/(relay\/node|[\w-]+)(?:\/|\.ts$)/.exec(file)?.[1]
  return name !== undefined && Object.hasOwn(MAY_IMPORT, name) ? (name as Part) : undefined
}

function packageOf(from: string): string {
  if (from.startsWith('node:')) return 'node'
  return from.split('/', from.startsWith('@') ? 2 : 1).join('/')
}

function isOurs({ from }: Import): boolean {
  return from.startsWith('.')
}

function resolve(file: string, { from }: Import): string {
  return path.posix.join(path.posix.dirname(file), from)
}
