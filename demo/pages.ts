/** The demo's files: what lies in this folder, and the panels, which are bundled once at the start. */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { build, type Rolldown } from 'vite'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Answers a path with a page, or 404. */
export type ReadPage = (pathname: string) => Promise<Response>

export async function createPages(root: string): Promise<ReadPage> {
  const panels = await bundlePanels(join(root, 'panels/main.tsx'))
  return async (pathname) => {
    const path = normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
    const type = TYPES[extname(path)]
    const read = () => type && readFile(join(root, path)).catch(() => undefined)
    const body = path === '/panels.js' ? panels : await read()
    if (!body) return new Response('There is no such page in the demo', { status: 404 })
    return new Response(body, {
      headers: { 'content-type': type ?? '', 'cache-control': 'no-store' },
    })
  }
}

async function bundlePanels(entry: string): Promise<string> {
  const [output] = (await build({
    configFile: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: 'panels' },
    },
  })) as Rolldown.RolldownOutput[]
  const [chunk] = output?.output ?? []
  if (chunk?.type !== 'chunk') throw new Error('The panels came to no script')
  return chunk.code
}
