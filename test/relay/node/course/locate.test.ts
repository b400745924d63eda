import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLine, locateLines } from '../../../../src/relay/node/course/locate.ts'

describe('locateLines', () => {
  it('counts lines as an editor does, and takes a value to be where its key is', () => {
    const lines = locateLines('{\n"a": [\n1,\n{"b":\n2}],\n"c": {}, "d": "x, {y}:\\""\n}')
    expect(Object.fromEntries(lines)).toEqual({
      '': 1,
      a: 2,
      'a.0': 3,
      'a.1': 4,
      'a.1.b': 4,
      c: 6,
      d: 6,
    })
  })

  it('finds every value of any JSON, on the line on which it stands', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value, null, 1)
        const lines = locateLines(text)
        const count = text.split('\n').length
        for (const path of toPaths(value)) {
          expect(lines.get(path)).toBeGreaterThan(0)
          expect(lines.get(path)).toBeLessThanOrEqual(count)
        }
      }),
    )
  })

  it('gives what is missing the line of what it is missing from', () => {
    const lines = locateLines('{\n"a": {\n"b": 1 } }')
    expect(findLine(lines, 'a.b')).toBe(3)
    expect(findLine(lines, 'a.x.y')).toBe(2)
    expect(findLine(lines, 'x')).toBe(1)
  })
})

function toPaths(value: unknown, above = ''): string[] {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return [
    above,
    ...entries.flatMap(([key, one]) => toPaths(one, above === '' ? key : `${above}.${key}`)),
  ]
}
