/** JSON from a server: nothing is believed of it before it has been looked at. */

/** `undefined` for what is no JSON, such as an HTML page or a body that broke off. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
