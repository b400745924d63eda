// What axe finds wrong in a page by the rules of WCAG 2.2 A and AA, in its shadow roots and frames of its origin, too.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const RULES: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
  resultTypes: ['violations'],
}

/** `rule: element` of each; nothing if all is right. `within` is a selector. */
export async function findViolations(page: Page, within = 'html'): Promise<string[]> {
  for (const frame of page.frames()) await frame.evaluate(AXE)
  const { violations } = (await page.evaluate(
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(RULES)})`,
  )) as AxeResults
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.flat().join(' ')}`),
  )
}
