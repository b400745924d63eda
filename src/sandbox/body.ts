/** What a request carries, and whether it says so: a body of another type than its header's is not read. */

/** Undefined for a body that is not JSON, or is not sent as JSON. */
export async function readJson(request: Request): Promise<unknown> {
  const text = await request.text()
  return hasType(request, 'application/json') ? parseJson(text) : undefined
}

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Undefined for a body that is not sent as a form. */
export async function readForm(request: Request): Promise<URLSearchParams | undefined> {
  const text = await request.text()
  return hasType(request, 'application/x-www-form-urlencoded')
    ? new URLSearchParams(text)
    : undefined
}

function hasType(request: Request, type: string): boolean {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type
}
