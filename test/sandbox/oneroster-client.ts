/** A client that speaks of kinds rather than of paths, before a sandbox that may hold all rows of `ROW_KINDS`. */
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { connect } from './client.ts'
import { itemPath, kindOf, ROW_KINDS } from './oneroster-rows.ts'
import type { SandboxOptions } from '../../src/sandbox/sandbox.ts'
import type { RowKind } from './oneroster-rows.ts'

type Many = RowKind['many']

/** Only what the example school holds. */
export async function openSchool(options: SandboxOptions = {}, form: Record<string, string> = {}) {
  const sandbox = createSandbox(options)
  const client = await connect(sandbox, form)
  return {
    sandbox,
    ...client,
    create: (many: Many, row: unknown) =>
      client.post(kindOf(many).path, { [kindOf(many).one]: row }),
    upsert: (many: Many, id: string, row: unknown) =>
      client.put(itemPath(kindOf(many), id), { [kindOf(many).one]: row }),
    merge: (many: Many, id: string, row: unknown) =>
      client.patch(itemPath(kindOf(many), id), { [kindOf(many).one]: row }),
    erase: (many: Many, id: string) => client.remove(itemPath(kindOf(many), id)),
    find: (many: Many, id: string) => sandbox.rows(many).find(({ sourcedId }) => sourcedId === id),
  }
}

/** And one row of each kind beside it. */
export async function openFilledSchool(options: SandboxOptions = {}) {
  const school = await openSchool(options)
  for (const { many, create } of ROW_KINDS) await school.create(many, create())
  return school
}

export interface Refusal {
  imsx_description: string
  imsx_CodeMinor: { imsx_codeMinorField: { imsx_codeMinorFieldValue: string }[] }
  imsx_error_details?: Record<string, string>[]
}
