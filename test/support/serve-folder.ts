// The files of a folder as a handler for `serve`, with their content types; "/" gives index.html.

import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { FetchHandler } from './serve.ts'

export function serveFolder(root: string): FetchHandler {
  const app = new Hono().use(serveStatic({ root }))
  return (request) => app.fetch(request)
}
