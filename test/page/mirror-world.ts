/** Browsers whose pages keep a second copy, and a look at it. */
import { clear } from 'idb-keyval'
import type { Copy } from '../../src/page/mirror.ts'
import { createOutbox, type Row } from '../../src/page/outbox.ts'
import { createDisk, RELAY, RUN_ID, toGrant, toRunRow } from './rows.ts'

export const toKey = (legId = 'leg-1') => `stint:leg:${legId}`
export const readCopy = (legId?: string) =>
  JSON.parse(localStorage[toKey(legId)] ?? 'null') as Copy | null
export const toCopied = (legId?: string) => readCopy(legId)?.rows

/** A browser, and what its pages said of their storage. */
export function openBrowser() {
  const disk = createDisk()
  const troubles: string[] = []
  const openPage = (use = disk.use) =>
    createOutbox(RELAY, (cause) => void troubles.push((cause as Error).message), use)
  return { ...disk, openPage, troubles, empty: () => clear(disk.use) }
}

/** A page with a grant that wrote rows, and has died since. */
export async function leave(
  { openPage }: ReturnType<typeof openBrowser>,
  rows: Row[],
  grantId = 'g1',
) {
  const page = openPage()
  await page.adopt(toGrant({ id: grantId, token: `token-${grantId}` }))
  await page.write(rows, RUN_ID, toRunRow())
  return page
}
