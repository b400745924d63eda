/** Turns zod's first issue into what we promise: a stable code, the path of the field, a sentence. */
import type { z } from 'zod'
import type { FieldCode } from './flush.ts'

export interface Problem {
  code: FieldCode
  /** As in `spans.1.2`; empty for the whole. */
  path: string
  message: string
}

/** `input` is what was parsed: only it tells a field that is absent from one that is wrong. */
export function toProblem(error: z.ZodError, input: unknown): Problem {
  const { issue, path } = deepest(error.issues[0], [])
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return {
    code: isAbsent(input, path) ? 'field_missing' : toCode(issue),
    path: [...path, ...unknown].join('.'),
    message: issue?.message ?? error.message,
  }
}

type Issue = z.core.$ZodIssue

/** In a union, the branch that the input came nearest to tells most: the one that knows its keys, then the first. */
function deepest(
  issue: Issue | undefined,
  above: PropertyKey[],
): { issue: Issue | undefined; path: string[] } {
  const path = [...above, ...(issue?.path ?? [])]
  if (issue?.code !== 'invalid_union' || issue.errors.length === 0)
    return { issue, path: path.map(String) }
  const near = issue.errors.find((branch) =>
    branch.every(({ code }) => code !== 'unrecognized_keys'),
  )
  return deepest((near ?? issue.errors[0])?.[0], path)
}

function isAbsent(input: unknown, path: string[]): boolean {
  let value = input
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key]
  return value === undefined
}

function toCode(issue: Issue | undefined): FieldCode {
  switch (issue?.code) {
    case 'invalid_type':
      return 'field_type'
    case 'too_small':
    case 'too_big':
    case 'not_multiple_of':
      return 'field_range'
    case 'invalid_format':
      return 'field_format'
    case 'unrecognized_keys':
      return 'field_unknown'
    case 'custom':
      return (issue.params?.code as FieldCode | undefined) ?? 'field_value'
    case undefined:
    case 'invalid_value':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return 'field_value'
  }
}
