// What the relay is compared with, as a process of its own: `bare`, which answers and does nothing, and `durable PATH`,
// which puts each request into a database by itself, as safely as the relay does. Both read the whole body.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseSync } from 'node:sqlite'

const [kind, databasePath = ''] = process.argv.slice(2)
const keep = kind === 'durable' ? createKeep(databasePath) : () => {}

const server = createServer((request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    keep(body)
    response.setHeader('content-type', 'application/json')
    response.end('{"ok":true}')
  })
})
server.listen(0, '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

function createKeep(path: string) {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
  database.exec('create table entries (n integer primary key, id text, body text)')
  const insert = database.prepare('insert into entries (id, body) values (?, ?)')
  return (body: string) => {
    const { entries } = JSON.parse(body) as { entries: { id: string }[] }
    insert.run(entries[0]!.id, body)
  }
}
