/** Answers of Timeback's services that more than one test needs. */

/** As Timeback refuses, and as it says that something is missing. */
export function toAnswer(status: number, headers: Record<string, string> = {}): Response {
  return Response.json({ status: 'error', message: 'why' }, { status, headers })
}

/** A body that breaks off after its beginning. */
export function toBroken(beginning: string, status = 200): Response {
  let isBegun = false
  const body = new ReadableStream({
    pull(controller) {
      if (isBegun) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(beginning))
      isBegun = true
    },
  })
  return new Response(body, { status })
}
