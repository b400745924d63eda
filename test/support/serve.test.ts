import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveFolder } from './serve-folder.ts'
import { serve } from './serve.ts'
import type { TestServer } from './serve.ts'

let server: TestServer | undefined

afterEach(() => server?.close())

describe('serve', () => {
  it('hands the request to the handler and its response to the client', async () => {
    server = await serve(async (request) => {
      const body = `${request.method} ${new URL(request.url).pathname} ${await request.text()}`
      return new Response(body, { status: 201, headers: { 'x-stint': 'yes' } })
    })
    const response = await fetch(`${server.origin}/v1/entries`, { method: 'POST', body: 'hello' })
    expect(response.status).toBe(201)
    expect(response.headers.get('x-stint')).toBe('yes')
    expect(await response.text()).toBe('POST /v1/entries hello')
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('planned'))],
    [
      'throws',
      () => {
        throw new Error('planned')
      },
    ],
  ])('cuts the connection, and answers nothing, when the handler %s', async (_how, handler) => {
    server = await serve(handler)
    await expect(fetch(server.origin)).rejects.toThrow('fetch failed')
    await expect(fetch(server.origin, { method: 'POST', body: 'x' })).rejects.toThrow(TypeError)
  })

  it('refuses connections after close, and comes back on the same port', async () => {
    const first = await serve(() => new Response('first'))
    // Left unread: an open connection must not hold up close.
    await fetch(first.origin)
    await first.close()
    await expect(fetch(first.origin)).rejects.toThrow(TypeError)

    server = await serve(() => new Response('second'), { port: first.port })
    expect(server.origin).toBe(first.origin)
    expect(await (await fetch(first.origin)).text()).toBe('second')
  })

  it('says so when the port is taken', async () => {
    const taken = await serve(() => new Response())
    server = taken
    await expect(serve(() => new Response(), { port: taken.port })).rejects.toThrow('EADDRINUSE')
  })
})

describe('serveFolder', () => {
  let parent: string

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'stint-serve-'))
    const root = path.join(parent, 'public')
    await mkdir(path.join(root, 'sub'), { recursive: true })
    await writeFile(path.join(parent, 'secret.txt'), 'secret')
    for (const name of ['index.html', 'a.js', 'a.js.map', 'a.css', 'sub/index.html', 'a.svg']) {
      await writeFile(path.join(root, name), `content of ${name}`)
    }
    server = await serve(serveFolder(root))
    return () => rm(parent, { recursive: true })
  })

  it.each([
    ['/', 'index.html', 'text/html'],
    ['/index.html', 'index.html', 'text/html'],
    ['/sub/', 'sub/index.html', 'text/html'],
    ['/a.js', 'a.js', 'text/javascript'],
    ['/a.js?v=2', 'a.js', 'text/javascript'],
    ['/a.js.map', 'a.js.map', 'application/json'],
    ['/a.css', 'a.css', 'text/css'],
    ['/a.svg', 'a.svg', 'image/svg+xml'],
  ])('gives %s as %s, %s', async (url, name, type) => {
    const response = await fetch(`${server?.origin}${url}`)
    expect(await response.text()).toBe(`content of ${name}`)
    expect(response.headers.get('content-type')).toContain(type)
  })

  it('answers 404 to what is not there, and to what lies outside the folder', async () => {
    for (const url of ['/none.js', '/%2e%2e/secret.txt', '/..%2fsecret.txt']) {
      const response = await fetch(`${server?.origin}${url}`)
      expect(response.status).toBe(404)
    }
  })
})
