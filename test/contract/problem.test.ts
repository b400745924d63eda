import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toProblem } from '../../src/contract/problem.ts'

/** What is said of an input that a schema does not take. */
function toSaid(schema: z.ZodType, input: unknown) {
  const { error } = schema.safeParse(input)
  if (!error) throw new Error('the schema takes it')
  const { code, path } = toProblem(error, input)
  return [code, path]
}

const circle = z.strictObject({ radius: z.number() })
const box = z.strictObject({ width: z.number(), height: z.number() })
const shape = z.union([circle, box])

describe('toProblem', () => {
  it('names the first problem, with its whole path and a sentence', () => {
    const schema = z.object({ rows: z.array(z.object({ n: z.number() })) })
    const input = { rows: [{ n: 1 }, { n: 'two' }, { n: 'three' }] }
    const { error } = schema.safeParse(input)
    expect(error && toProblem(error, input)).toEqual({
      code: 'field_type',
      path: 'rows.1.n',
      message: expect.stringMatching(/expected number/),
    })
  })

  it.each<[z.ZodType, unknown, string]>([
    [z.object({ a: z.string() }), {}, 'field_missing'],
    [z.object({ a: z.enum(['x']) }), {}, 'field_missing'],
    [z.object({ a: z.literal(1) }), { a: undefined }, 'field_missing'],
    [z.object({ a: shape }), {}, 'field_missing'],
    [z.object({ a: z.string() }), { a: null }, 'field_type'],
    [z.object({ a: z.enum(['x']) }), { a: 'y' }, 'field_value'],
    [z.object({ a: z.string().max(1) }), { a: 'xy' }, 'field_range'],
    [z.object({ a: z.array(z.number()).min(1) }), { a: [] }, 'field_range'],
    [z.object({ a: z.number().multipleOf(5) }), { a: 7 }, 'field_range'],
    [z.object({ a: z.string().regex(/^x$/) }), { a: 'y' }, 'field_format'],
    [z.strictObject({}), { a: 1 }, 'field_unknown'],
    [z.object({ a: z.number().refine((n) => n > 1) }), { a: 1 }, 'field_value'],
  ])('has a stable code, whatever zod calls it: %#', (schema, input, code) => {
    expect(toSaid(schema, input)).toEqual([code, 'a'])
  })

  it('takes the code that a check of ours gives', () => {
    const schema = z.object({ a: z.number() }).superRefine((_, context) => {
      context.addIssue({ code: 'custom', path: ['a'], params: { code: 'field_range' } })
    })
    expect(toSaid(schema, { a: 1 })).toEqual(['field_range', 'a'])
  })

  it('has an empty path for the whole', () => {
    expect(toSaid(circle, null)).toEqual(['field_type', ''])
    expect(toSaid(circle, undefined)).toEqual(['field_missing', ''])
  })

  it('names one unknown key, though there are more', () => {
    expect(toSaid(z.object({ a: circle }), { a: { radius: 1, x: 1, y: 2 } })).toEqual([
      'field_unknown',
      'a.x',
    ])
  })

  it.each<[object, code: string, path: string]>([
    [{ radius: '1' }, 'field_type', 'radius'],
    [{ width: 1 }, 'field_missing', 'height'],
    [{ width: 1, height: '2' }, 'field_type', 'height'],
    [{ radius: 1, z: 0 }, 'field_unknown', 'z'],
    [{ width: 1, height: 2, z: 0 }, 'field_unknown', 'z'],
    [{}, 'field_missing', 'radius'],
  ])('tells of %j in a union what its nearest branch says, not its first', (input, code, path) => {
    expect(toSaid(shape, input)).toEqual([code, path])
    expect(toSaid(z.object({ shapes: z.array(shape) }), { shapes: [input] })).toEqual([
      code,
      `shapes.0.${path}`,
    ])
  })

  it('looks through a union in a union', () => {
    const nested = z.union([circle, z.strictObject({ inner: shape })])
    expect(toSaid(nested, { inner: { width: 1 } })).toEqual(['field_missing', 'inner.height'])
  })

  it('names the discriminator if no branch has it', () => {
    const schema = z.discriminatedUnion('type', [z.object({ type: z.literal('a') })])
    expect(toSaid(schema, { type: 'b' })).toEqual(['field_value', 'type'])
    expect(toSaid(schema, {})).toEqual(['field_missing', 'type'])
  })
})
