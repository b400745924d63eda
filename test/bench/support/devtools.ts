// A client of the DevTools protocol over one WebSocket, with flattened sessions. Raw, as every library on top of it
// emulates focus or visibility in some way, and a page that is timed must get neither.

export interface DevTools {
  /** Rejects with the protocol's own message. Without a session it speaks to the browser. */
  send<T = object>(method: string, params?: object, sessionId?: string): Promise<T>
  /** Hears every event, of the browser and of all sessions, until the connection ends. */
  on(hear: (event: DevToolsEvent) => void): void
  close(): void
}

export interface DevToolsEvent {
  method: string
  params: Record<string, unknown>
  sessionId?: string
}

interface Answer extends Partial<DevToolsEvent> {
  id?: number
  result?: object
  error?: { message: string }
}

const OPEN_TIMEOUT_MS = 10_000

export async function connectDevTools(address: string): Promise<DevTools> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve(result: object): void; reject(error: Error): void }>()
  const listeners: ((event: DevToolsEvent) => void)[] = []
  let lastId = 0

  const failAll = (why: string) => {
    for (const { reject } of waiting.values()) reject(new Error(why))
    waiting.clear()
  }
  socket.addEventListener('message', ({ data }) => {
    const { id, result = {}, error, ...event } = JSON.parse(String(data)) as Answer
    if (event.method) for (const hear of listeners) hear(event as DevToolsEvent)
    const call = id === undefined ? undefined : waiting.get(id)
    if (id === undefined || !call) return
    waiting.delete(id)
    if (error) call.reject(new Error(error.message))
    else call.resolve(result)
  })
  socket.addEventListener('close', () => failAll('The browser has closed the connection.'))
  await untilOpen(socket)

  return {
    send<T>(method: string, params: object = {}, sessionId?: string) {
      return new Promise<T>((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve: (result) => resolve(result as T), reject })
        socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }))
      })
    },
    on: (hear) => void listeners.push(hear),
    close: () => socket.close(),
  }
}

function untilOpen(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error('The browser does not answer.'))
    const timer = setTimeout(fail, OPEN_TIMEOUT_MS)
    socket.addEventListener('error', fail, { once: true })
    socket.addEventListener(
      'open',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
