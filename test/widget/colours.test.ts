import { describe, expect, it } from 'vitest'
import { DARK, LIGHT, type Colour } from '../../src/widget/colours.ts'

/** WCAG 2.2, "relative luminance" and "contrast ratio". */
function toLuminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function toContrast(one: string, other: string): number {
  const [dark, light] = [toLuminance(one), toLuminance(other)].toSorted((a, b) => a - b) as [
    number,
    number,
  ]
  return (light + 0.05) / (dark + 0.05)
}

it('is measured as the standard does', () => {
  expect(toContrast('#ffffff', '#000000')).toBeCloseTo(21)
  expect(toContrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('in the %s theme', (_, colours) => {
  it.each<[Colour, Colour]>([
    ['ink', 'paper'],
    ['soft', 'paper'],
    ['ink', 'key'],
    ['soft', 'key'],
  ])('text in %s on %s has 4.5 to 1', (text, ground) => {
    expect(toContrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5)
  })

  it.each<Colour>(['working', 'on-paper', 'quiet', 'away', 'rim', 'ink'])(
    'what is drawn in %s has 3 to 1 on the paper',
    (drawn) => {
      expect(toContrast(colours[drawn], colours.paper)).toBeGreaterThanOrEqual(3)
    },
  )
})
