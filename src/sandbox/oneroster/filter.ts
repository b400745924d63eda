/**
 * The `filter` of a list: comparisons of one field with one quoted value, joined by ` AND ` and ` OR `, of which AND
 * binds tighter. A field that cannot be asked for is an error, not an empty answer.
 */
import { readAt } from './rows.ts'
import type { Row } from './rows.ts'

export type ParsedFilter =
  { ok: true; matches: (row: Row) => boolean } | { ok: false; message: string }

const OPERATORS = ['!=', '>=', '<=', '=', '>', '<', '~', '@'] as const
type Operator = (typeof OPERATORS)[number]

const TERM = new RegExp(`([\\w.-]+?)\\s*(${OPERATORS.join('|')})\\s*'((?:[^']|'')*)'`, 'y')
const JOIN = /\s+(AND|OR)\s+/y

/**
 * `isField` says whether a path may be asked for. Source: Timeback OneRoster OpenAPI; quoting as the official Python
 * SDK does it, with `'` doubled inside.
 */
export function parseFilter(text: string, isField: (path: string) => boolean): ParsedFilter {
  const input = text.trim()
  const alternatives: ((row: Row) => boolean)[][] = [[]]
  for (let at = 0; ;) {
    TERM.lastIndex = at
    const [term, field = '', operator, quoted = ''] = TERM.exec(input) ?? []
    if (term === undefined) return { ok: false, message: `filter: cannot read ${input.slice(at)}` }
    if (!isField(field)) return { ok: false, message: `filter: ${field} is no field to filter by` }
    const wanted = quoted.replaceAll("''", "'")
    alternatives.at(-1)?.push((row) => compare(readAt(row, field), operator as Operator, wanted))
    at += term.length
    if (at === input.length) break

    JOIN.lastIndex = at
    const [join, word] = JOIN.exec(input) ?? []
    if (join === undefined) return { ok: false, message: `filter: cannot read ${input.slice(at)}` }
    if (word === 'OR') alternatives.push([])
    at += join.length
  }
  const matches = (row: Row) => alternatives.some((terms) => terms.every((holds) => holds(row)))
  return { ok: true, matches }
}

/** A field that holds a list is met by any of its values, and a field that is not there only by `!=`. */
function compare(values: readonly unknown[], operator: Operator, wanted: string): boolean {
  const texts = values.filter((value) => value !== null && value !== undefined).map(String)
  switch (operator) {
    case '=':
      return texts.includes(wanted)
    case '!=':
      return !texts.includes(wanted)
    case '~':
      return texts.some((value) => value.toLowerCase().includes(wanted.toLowerCase()))
    case '@': {
      const list = wanted.split(',').map((item) => item.trim())
      return texts.some((value) => list.includes(value))
    }
    case '>':
      return texts.some((value) => order(value, wanted) > 0)
    case '>=':
      return texts.some((value) => order(value, wanted) >= 0)
    case '<':
      return texts.some((value) => order(value, wanted) < 0)
    case '<=':
      return texts.some((value) => order(value, wanted) <= 0)
  }
}

/** Numbers by value, instants by time (they may be written with another offset), all else by its characters. */
export function order(a: string, b: string): number {
  const [left, right] = [toComparable(a), toComparable(b)]
  if (left !== undefined && right !== undefined) return left - right
  return a < b ? -1 : Number(a > b)
}

function toComparable(text: string): number | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text)
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(at) ? undefined : at
}
