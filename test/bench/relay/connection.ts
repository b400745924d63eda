// One keep-alive connection that posts and waits for the answer, by hand: Node's own client costs as much as a server
// that does nothing, and the two would share what is measured.

import { connect } from 'node:net'

export interface Answer {
  status: number
  body: string
}

export interface Connection {
  /** One request at a time. Rejects once the connection is cut. */
  post(path: string, body: string, headers?: string): Promise<Answer>
  close(): void
}

const HEAD_END = '\r\n\r\n'

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }).setEncoding('latin1')
  let received = ''
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined
  socket.on('data', (chunk: string) => {
    received += chunk
    const answer = readAnswer(received)
    if (!answer) return
    received = ''
    waiting?.resolve(answer)
  })
  const fail = (error = new Error('The server cut the connection.')) => waiting?.reject(error)
  socket.on('close', () => fail())
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject)
  })
  socket.on('error', fail)
  return {
    post: (path, body, headers = '') =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${headers}content-type: text/plain\r\n`
        socket.write(`${head}content-length: ${Buffer.byteLength(body)}${HEAD_END}${body}`)
      }),
    close: () => void socket.destroy(),
  }
}

/** What has come, once it is a whole answer. */
function readAnswer(received: string): Answer | undefined {
  const end = received.indexOf(HEAD_END)
  if (end < 0) return undefined
  const length = /content-length: (\d+)/i.exec(received.slice(0, end))?.[1]
  if (length === undefined) throw new Error(`No length: ${received.slice(0, end)}`)
  const body = received.slice(end + HEAD_END.length)
  if (body.length < Number(length)) return undefined
  return { status: Number(received.slice(9, 12)), body }
}
