// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Activity } from '../../src/contract/activity.ts'
import { NO_TIME } from '../../src/core/measure.ts'
import { forgetTabRun, keepTabRun, readTabRun, type TabRun } from '../../src/page/tab-run.ts'

beforeEach(() => sessionStorage.clear())

const ACTIVITY: Activity = {
  id: 'fractions',
  name: 'Fractions',
  course: { subject: 'Math', grade: 3 },
}
const TAB_RUN: TabRun = {
  runId: 'run-1',
  totals: { ...NO_TIME, active: 5_000 },
  startedAt: 1_000,
}

describe('the run of an activity in this tab', () => {
  it('is found again after a reload', () => {
    keepTabRun(ACTIVITY, TAB_RUN)
    expect(readTabRun({ ...ACTIVITY })).toEqual(TAB_RUN)
  })

  it('is found whatever the activity is called now', () => {
    keepTabRun(ACTIVITY, TAB_RUN)
    expect(readTabRun({ ...ACTIVITY, name: 'Fractions, part 1' })).toEqual(TAB_RUN)
  })

  it.each<[string, Activity]>([
    ['another id', { ...ACTIVITY, id: 'decimals' }],
    ['another grade', { ...ACTIVITY, course: { subject: 'Math', grade: 4 } }],
    ['a course by its code', { ...ACTIVITY, course: { code: 'Math' } }],
  ])('is not that of %s', (_, other) => {
    keepTabRun(ACTIVITY, TAB_RUN)
    expect(readTabRun(other)).toBeFalsy()
  })

  it('is gone once it is forgotten, and another activity’s is not', () => {
    const other = { ...ACTIVITY, id: 'decimals' }
    keepTabRun(ACTIVITY, TAB_RUN)
    keepTabRun(other, { ...TAB_RUN, runId: 'run-2' })
    forgetTabRun(ACTIVITY)
    expect(readTabRun(ACTIVITY)).toBeFalsy()
    expect(readTabRun(other)?.runId).toBe('run-2')
  })

  it('that something has garbled is no run, and no error', () => {
    keepTabRun(ACTIVITY, TAB_RUN)
    for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, '{"runId"')
    expect(readTabRun(ACTIVITY)).toBeUndefined()
  })

  it('is not kept where a frame may not, and nothing is thrown', () => {
    vi.stubGlobal('sessionStorage', undefined)
    onTestFinished(() => void vi.unstubAllGlobals())
    keepTabRun(ACTIVITY, TAB_RUN)
    expect(readTabRun(ACTIVITY)).toBeUndefined()
    forgetTabRun(ACTIVITY)
  })
})
