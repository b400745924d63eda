// Page and relay measure with one function: the same spans come to the same numbers in Chromium and in Node.

import path from 'node:path'
import * as fc from 'fast-check'
import type { Rolldown } from 'vite'
import { build } from 'vite'
import { expect, it } from 'vitest'
import { measure, NO_TIME } from '../../src/core/measure.ts'
import { papers, terms, toSpans, untidyDay } from '../core/signals.ts'
import { launchBrowser } from '../support/browser.ts'

declare global {
  var Core: { measure: typeof measure }
}

const SAMPLES = 1_000

async function bundle(entry: string): Promise<string> {
  const built = (await build({
    root: path.resolve(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, lib: { entry, formats: ['iife'], name: 'Core' } },
  })) as Rolldown.RolldownOutput[]
  return built[0]!.output[0].code
}

it('measures the same spans alike in a browser and in Node', async () => {
  const samples = fc
    .sample(fc.tuple(untidyDay, terms, papers), { numRuns: SAMPLES, seed: 1 })
    .map(([day, by, onPaper]) => ({ spans: toSpans(day, by), by, onPaper }))
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ content: await bundle('src/core/measure.ts') })
    const inBrowser = await page.evaluate(
      (given) => given.map(({ spans, by, onPaper }) => Core.measure(spans, by, undefined, onPaper)),
      samples,
    )
    const inNode = samples.map(({ spans, by, onPaper }) => measure(spans, by, NO_TIME, onPaper))
    expect(inBrowser).toEqual(inNode)
    // Days in which nothing happened would prove nothing.
    const seen = inNode.flatMap((totals) => Object.entries(totals).filter(([, ms]) => ms > 0))
    expect(new Set(seen.map(([kind]) => kind)).size).toBe(Object.keys(NO_TIME).length)
  } finally {
    await browser.close()
  }
})
