/** On which line of a JSON text each value is. It trusts that the text is JSON: whoever parses it says so first. */

interface Level {
  path: string
  /** The index of the next element; `undefined` in an object, whose keys come as strings. */
  index: number | undefined
  key: string | undefined
}

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]|[^\s{}[\],:"]+/g

/** Paths as in `units.0.title`, the whole text being ''; lines count from 1. A key that comes twice has its last line. */
export function locateLines(text: string): Map<string, number> {
  const lines = new Map<string, number>()
  const levels: Level[] = []
  let line = 1
  let isKey = false

  const toPath = (): string => {
    const level = levels.at(-1)
    if (!level) return ''
    const step = level.index ?? level.key ?? ''
    return level.path === '' ? String(step) : `${level.path}.${step}`
  }

  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1)
    if (token === '\n') line += 1
    else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') {
      if (level?.index !== undefined) level.index += 1
      isKey = level?.index === undefined
    } else if (token === ':') isKey = false
    else if (isKey && level) {
      level.key = String(JSON.parse(token))
      lines.set(toPath(), line)
    } else {
      const path = toPath()
      // A value is where its key is, also if it begins a line further down.
      if (level?.index !== undefined || !level) lines.set(path, line)
      isKey = token === '{'
      if (token === '{') levels.push({ path, index: undefined, key: undefined })
      if (token === '[') levels.push({ path, index: 0, key: undefined })
    }
  }
  return lines
}

/** The line of a value, or of the nearest one around it: what is missing has no line of its own. */
export function findLine(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  const line = lines.get(path)
  if (line !== undefined || path === '') return line
  return findLine(lines, path.slice(0, Math.max(0, path.lastIndexOf('.'))))
}
