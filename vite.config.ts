// Every setting of the build and of the tests. `npm run build` makes six bundles, one Vite mode each,
// because one Rolldown run cannot write both an IIFE and ES modules.

import { MagicString } from 'magic-string'
import { minify } from 'terser'
import type { BuildEnvironmentOptions, Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { createClosingLine } from './test/support/closing-line.ts'

/** Older than the oldest browser that has all we call (README): nothing is transpiled that need not be. */
const PAGE_TARGET = 'es2022'

const shared: BuildEnvironmentOptions = {
  outDir: 'dist',
  // The modes and `tsc` (dist/types) write side by side.
  emptyOutDir: false,
  copyPublicDir: false,
  sourcemap: true,
  reportCompressedSize: false,
}

/** Terser does it, last of all. */
const unminified: BuildEnvironmentOptions = {
  minify: false,
  rolldownOptions: { output: { minify: false } },
}

const builds: Record<string, BuildEnvironmentOptions> = {
  // `import { createStint } from 'stint'`
  page: {
    ...shared,
    target: PAGE_TARGET,
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: () => 'index.js' },
    ...unminified,
  },

  // `import { useStint } from 'stint/react'`: React stays the host's import.
  react: {
    ...shared,
    target: PAGE_TARGET,
    lib: { entry: 'src/react.ts', formats: ['es'], fileName: () => 'react.js' },
    minify: false,
    rolldownOptions: { external: ['react'], output: { minify: false } },
  },

  // `<script src="stint.js">`: one file with all that times, which loads the widget. Vite asks for a name, which becomes a global
  // only if the entry exports something. embed.ts exports nothing and sets its one global itself.
  embed: {
    ...shared,
    target: PAGE_TARGET,
    ...unminified,
    lib: { entry: 'src/embed.ts', formats: ['iife'], name: 'stint', fileName: () => 'stint.js' },
  },

  // `import { mountWidget } from 'stint/widget'`, and what the script tag loads from beside itself: the pill, and
  // further files for what is asked for later (stint-panel.js, stint-es.js).
  widget: {
    ...shared,
    target: PAGE_TARGET,
    minify: false,
    lib: { entry: 'src/widget/mount.tsx', formats: ['es'], fileName: () => 'stint-widget.js' },
    rolldownOptions: {
      // What the further files share with the pill they take from it, rather than from one file more.
      preserveEntrySignatures: 'allow-extension',
      output: { minify: false, chunkFileNames: 'stint-[name].js' },
    },
  },

  // `<script src="ping.js">`, for a page that is framed in another.
  ping: {
    ...shared,
    target: PAGE_TARGET,
    ...unminified,
    lib: { entry: 'src/ping.ts', formats: ['iife'], name: 'ping', fileName: () => 'ping.js' },
  },

  // The relay and its command line, for Node: what is in `dependencies` stays an import (that is what
  // `ssr` means here), and nothing is minified, so that a stack trace can be read.
  relay: {
    ...shared,
    target: 'node22',
    ssr: true,
    minify: false,
    rolldownOptions: {
      input: {
        'relay/relay': 'src/relay/relay.ts',
        'relay/sign-ticket': 'src/relay/sign-ticket.ts',
        'relay/node/server': 'src/relay/node/server.ts',
        'relay/node/cli': 'src/relay/node/cli.ts',
      },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        // No hash: a chunk of the last build is overwritten, and does not pile up in `dist`.
        chunkFileNames: 'relay/shared/[name].js',
      },
    },
  },
}

/**
 * Names that the parts of the page core use among themselves: the members of `Page`, `Outbox` and the like. None is on
 * the wire, in IndexedDB, or in what a host sees, so that a bundle may shorten them. The widget is a bundle of its own, and
 * knows none of them.
 */
const INTERNAL =
  /^(outbox|terms|isCounting|flushOut|publish|tell|onGrant|onNobody|onSync|onReceipt|onRefused|isStale|isFailing|waiting|settle|adopt|disown|drain|floorMs|toldTo|interactionAt|activeAt|sleptMs|aheadMs|framed|tick|snapshot|hear|interact|toNow|legAt|begin|look|playing|told|toldSince|earlierMs|recall|takeRows|toEndRow|writer|isOurs|keptFor|leave|endAt|detach|isNew|toProof|keep|forget|arm|postLater|copy|copies|losses|untold|onTold|readOthers|prune|gaps)$/

/**
 * Page bundles are promised by the byte, and Terser makes them 4 % smaller than Rolldown does. Vite's own switch for
 * it leaves a library's ES modules alone.
 */
const terser: Plugin = {
  name: 'terser',
  apply: (_, { mode }) => ['page', 'react', 'embed', 'ping', 'widget'].includes(mode ?? ''),
  renderChunk: {
    order: 'post',
    async handler(code, { fileName }) {
      const compress = {
        passes: 4,
        ecma: 2022 as 2020,
        // Our code counts on no odd `toString` or `valueOf`, and takes no part of the language's own objects away.
        unsafe: true,
        lhs_constants: false,
        unsafe_arrows: true,
        pure_getters: true,
      } as const
      const mangle = fileName.startsWith('stint-') || { properties: { regex: INTERNAL } }
      const options = { module: true, compress, mangle, sourceMap: true }
      const result = await minify({ [fileName]: code }, options)
      return { code: result.code ?? '', map: String(result.map) }
    },
  },
}

/** In characters. What is longer is called by every page that starts: createStint, createOutbox, createRun. */
const LONG = 4_000

/**
 * A browser parses a function first to pass over it, and with all in it once more when it is called, unless it stands in
 * parentheses (V8: "possibly invoked function expressions"). This spares a page that starts a fifth of what it costs.
 */
const parentheses: Plugin = {
  name: 'parentheses',
  apply: (_, { mode }) => ['page', 'embed'].includes(mode ?? ''),
  renderChunk: {
    order: 'post',
    handler(code) {
      const text = new MagicString(code)
      const look = (node: Node) => {
        if (/Function/.test(node.type) && node.end - node.start >= LONG) {
          const name = node.type === 'FunctionDeclaration' && node.id?.name
          // What is declared so late is called by nothing that comes before it.
          text.appendRight(node.start, name ? `var ${name}=(` : '(')
          text.appendLeft(node.end, name ? ');' : ')')
        }
        for (const child of Object.values(node).flat()) if (isNode(child)) look(child)
      }
      look(this.parse(code) as Node)
      return { code: text.toString(), map: text.generateMap({ hires: true }) }
    },
  },
}

/** As in ESTree. */
interface Node {
  type: string
  start: number
  end: number
  id?: { name: string } | null
}

const isNode = (value: unknown): value is Node =>
  typeof (value as Partial<Node> | null)?.type === 'string'

export default defineConfig(({ mode }) => ({
  build: builds[mode] ?? shared,
  plugins: [terser, parentheses],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },

  test: {
    reporters: ['default', createClosingLine()],

    // One group after the other: the browser tests measure time, and get the machine to themselves.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          // A file that wants a DOM says so in its first line: `// @vitest-environment happy-dom`.
          environment: 'node',
          // React is the host's and not here: Preact stands in for it, by the same names.
          alias: { react: 'preact/compat' },
          // Long for one test, and short for a machine that is busy with something else.
          testTimeout: 30_000,
          include: [
            'test/{contract,core,page,widget,react,relay,timeback,sandbox,demo,support,bench,faults}/**/*.test.{ts,tsx}',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'checks',
          sequence: { groupOrder: 1 },
          include: ['test/{checks,architecture}/**/*.test.ts'],
          globalSetup: ['test/support/build-once.ts'],
          testTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          sequence: { groupOrder: 2 },
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/build-once.ts', 'test/support/browser-once.ts'],
          setupFiles: ['test/support/require-browser.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A page has more to load than a second is always enough for.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
}))
