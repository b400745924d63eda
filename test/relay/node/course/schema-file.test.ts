import { format } from 'prettier'
import { expect, it } from 'vitest'
import { toJsonSchema } from '../../../../src/relay/node/course/file-schema.ts'

const FILE = '../../../../src/relay/node/course/course.schema.json'

it('course.schema.json is what the schema says; `vitest run -u` writes it again', async () => {
  const text = await format(JSON.stringify(toJsonSchema()), { parser: 'json', printWidth: 100 })
  await expect(text).toMatchFileSnapshot(FILE)
})
