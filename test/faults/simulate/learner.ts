/**
 * A learner at their devices, as a script that chance writes: tabs open and close, pages are reloaded and crash, networks
 * and disks fail. All that the learner does is written down as it truly was, beside what the pages make of it.
 */
import { createStint } from '../../../src/page/stint.ts'
import type { Run } from '../../../src/page/run.ts'
import type { TrueEnd, TrueLeg } from './auditor.ts'
import type { Browser, BrowserPage } from './browser.ts'
import type { Chronicle } from './chronicle.ts'
import type { Random } from './random.ts'
import type { Place, Scheduler } from './scheduler.ts'
import type { FactType, Rules } from './truth.ts'

/** What all learners share. */
export interface School {
  scheduler: Scheduler
  /** Where the scripts run; it never dies. */
  stage: Place
  rules: Rules
  toFetch: (browser: Browser, page: BrowserPage) => typeof fetch
  legs: TrueLeg[]
  ends: TrueEnd[]
  /** A browser emptied its disk, by the disk's name. */
  onEmptied: (disk: string) => void
  chronicle: Chronicle
}

interface Tab {
  name: string
  browser: Browser
  random: Random
  storage: Record<string, string>
  grainMs: number
  page: BrowserPage | undefined
  /** What its browser sends once the page has gone, if it is still there itself. */
  later: (() => void)[]
  stint: ReturnType<typeof createStint> | undefined
  run: Run | undefined
  leg: TrueLeg | undefined
  isPaused: boolean
  isFlagged: boolean
  startAt: number
}

export interface LearnerScript {
  name: string
  devices: { browser: Browser; tabs: number }[]
  random: Random
  /** Nothing is begun after it. */
  untilAt: number
}

/** How often a storage is written to, and what its queue may take. */
const WRITE_MS = 800
const QUEUE_MS = 500

const FLAGS = ['waste', 'unknown', 'anti-pattern'] as const

export function playLearner(school: School, { name, devices, random, untilAt }: LearnerScript) {
  const { scheduler, stage, rules, legs, ends, chronicle } = school
  const trace = chronicle.tell
  const onError = ({ code, message }: { code: string; message: string }) => {
    trace(`page: ${code} ${message}`)
    if (code === 'entry_refused') chronicle.accuse(`a page's entry was refused: ${message}`)
  }

  const tabs: Tab[] = devices.flatMap(({ browser, tabs: count }, device) =>
    Array.from({ length: count }, (_, index) => ({
      name: `${browser.place.name}/tab-${index + 1}`,
      browser,
      random: random.fork(`tab ${device} ${index}`),
      storage: {},
      grainMs: random.pick([200, 500, 1_000]),
      page: undefined,
      later: [],
      stint: undefined,
      run: undefined,
      leg: undefined,
      isPaused: false,
      isFlagged: false,
      startAt: 0,
    })),
  )
  /** No two things happen to one page in one ms. */
  let lastAt = 0

  const note = (tab: Tab, type: FactType, metric?: string) => {
    trace(`${tab.name} ${type}${metric ? ` ${metric}` : ''}`)
    const { leg } = tab
    if (leg)
      leg.facts.push({ at: scheduler.now() - leg.startedAt, type, ...(metric && { metric }) })
  }

  const leave = (tab: Tab, how: string) => {
    trace(`${tab.name} ${how}`)
    if (tab.leg) tab.leg.endedAt = scheduler.now()
    tab.leg = tab.run = undefined
  }

  const load = (tab: Tab, isVisible: boolean) => {
    trace(`${tab.name} load ${isVisible ? '' : 'hidden'}`)
    const page = tab.browser.load(tab.storage, isVisible, tab.grainMs)
    const { idleAfterMs, leaveAfterMs } = rules
    const fetch = school.toFetch(tab.browser, page)
    tab.page = page
    tab.later = []
    const fetchLater = (url: string, init: RequestInit) => {
      tab.later.push(() => {
        if (init.signal?.aborted) return
        trace(`${tab.name} sends later`)
        void fetch(url, { method: 'POST', body: init.body ?? null, keepalive: true }).catch(
          () => {},
        )
      })
    }
    tab.stint = page.run(() =>
      createStint(
        {
          relay: 'https://relay.example',
          idleAfterMs,
          leaveAfterMs,
          onError,
        },
        {
          fetch,
          clock: page.clock,
          ...(tab.browser.hasFetchLater && { fetchLater }),
        },
      ),
    )
  }

  /** No code of the page runs any more; its browser is still there. */
  const gone = (tab: Tab) => {
    tab.page!.die()
    for (const send of tab.later) send()
    tab.page = undefined
  }

  const start = (tab: Tab) => {
    const { page, stint } = tab
    const id = tab.random.pick(['fractions', 'essay'])
    const other = tabs.find(
      (one) =>
        one !== tab && one.run?.id === id && !ends.some((end) => end.runId === one.run?.runId),
    )
    const goesOn = other?.run && tab.random.chance(0.4) ? { runId: other.leg!.runId } : {}
    const activity = { id, name: id, course: { subject: 'Math', grade: 5 } as const }
    const run = page!.run(() => stint!.start({ ...activity, ...goesOn }))
    const startedAt = scheduler.now()
    tab.run = run
    tab.isPaused = tab.isFlagged = false
    tab.leg = {
      learner: name,
      runId: page!.run(() => run.runId),
      disk: tab.browser.place.name,
      startedAt,
      wallAt: page!.clock.wall(),
      startsVisible: page!.isVisible,
      facts: [],
      endedAt: Infinity,
      writesEveryMs: WRITE_MS + Math.max(tab.grainMs, 1_000) + QUEUE_MS,
    }
    legs.push(tab.leg)
    trace(`${tab.name} start ${id} ${tab.leg.runId}`)
  }

  const end = (tab: Tab, hasResult: boolean) => {
    const { run, page, leg } = tab
    const isFirst = !ends.some(({ runId }) => runId === leg!.runId)
    const result = { totalQuestions: 10, correctQuestions: tab.random.pick([10, 9, 8, 5]) }
    leave(tab, `end ${hasResult && isFirst ? result.correctQuestions : ''}`)
    const ending = page!.run(() => run!.end(hasResult && isFirst ? result : undefined))
    if (!hasResult || !isFirst) return
    const known: TrueEnd = {
      learner: name,
      runId: leg!.runId,
      disk: tab.browser.place.name,
      activity: run!.id,
      ...result,
      saved: undefined,
    }
    ends.push(known)
    void ending.then(({ saved }) => {
      known.saved = saved
      trace(`${tab.name} ended: ${saved}`)
    })
  }

  /** The browser tells the page, which then has the rest of this turn. */
  const close = (tab: Tab, how: string) => {
    const { page } = tab
    if (page!.isVisible) note(tab, 'hide')
    leave(tab, how)
    page!.isVisible = false
    page!.tell('visibilitychange')
    page!.tell('pagehide')
    scheduler.after(page!.place, 0, () => gone(tab))
  }

  const crash = (tab: Tab) => {
    leave(tab, 'crash')
    gone(tab)
  }

  const killBrowser = ({ browser, random: chance }: Tab) => {
    trace(`${browser.place.name} killed`)
    for (const one of tabs) {
      if (one.browser !== browser) continue
      leave(one, 'killed')
      one.page = undefined
      if (chance.chance(0.5)) one.storage = {}
    }
    browser.kill()
    if (!chance.chance(0.1)) return
    trace(`${browser.place.name} emptied`)
    browser.disk.empty()
    for (const leg of legs) if (leg.disk === browser.place.name) leg.writesEveryMs = undefined
    for (const one of ends) if (one.disk === browser.place.name) one.isDiskEmptied = true
    school.onEmptied(browser.place.name)
  }

  const failDisk = ({ browser, random: chance }: Tab) => {
    trace(`${browser.place.name} disk fails`)
    browser.disk.setFailing(true)
    for (const one of tabs)
      if (one.browser === browser && one.leg) one.leg.writesEveryMs = undefined
    scheduler.after(stage, chance.int(500, 8_000), () => browser.disk.setFailing(false))
  }

  const goOffline = ({ browser, random: chance }: Tab) => {
    trace(`${browser.place.name} offline`)
    browser.isOnline = false
    scheduler.after(stage, chance.int(1_000, 40_000), () => {
      trace(`${browser.place.name} online`)
      browser.isOnline = true
      for (const page of browser.pages) page.tell('online')
    })
  }

  /** What may happen to a run that is open, and how likely. */
  const acts: [weight: number, act: (tab: Tab) => void][] = [
    [
      40,
      (tab) => {
        if (!tab.page!.isVisible) return
        note(tab, 'interact')
        tab.page!.tell('pointerdown')
      },
    ],
    [
      14,
      (tab) => {
        const isVisible = !tab.page!.isVisible
        note(tab, isVisible ? 'show' : 'hide')
        tab.page!.show(isVisible)
      },
    ],
    [
      6,
      (tab) => {
        tab.isPaused = !tab.isPaused
        note(tab, tab.isPaused ? 'pause' : 'resume')
        tab.page!.run(() => (tab.isPaused ? tab.run!.pause() : tab.run!.resume()))
      },
    ],
    [
      6,
      (tab) => {
        tab.isFlagged = !tab.isFlagged
        const metric = tab.random.pick(FLAGS)
        note(tab, tab.isFlagged ? 'flag' : 'unflag', tab.isFlagged ? metric : undefined)
        tab.page!.run(() => (tab.isFlagged ? tab.run!.flag(metric) : tab.run!.unflag()))
      },
    ],
    [9, (tab) => end(tab, true)],
    [3, (tab) => end(tab, false)],
    [
      6,
      (tab) => {
        close(tab, 'reload')
        tab.startAt = scheduler.now() + tab.random.int(100, 600)
      },
    ],
    [4, (tab) => close(tab, 'close')],
    [4, crash],
    [2, killBrowser],
    [2, failDisk],
    [4, goOffline],
  ]
  const weights = acts.reduce((sum, [weight]) => sum + weight, 0)

  const toAct = (tab: Tab) => {
    let left = tab.random.int(1, weights)
    return acts.find(([weight]) => (left -= weight) <= 0)![1]
  }

  const step = (tab: Tab) => {
    const now = scheduler.now()
    if (now <= lastAt) return void scheduler.after(stage, 1, () => step(tab))
    lastAt = now
    if (now >= untilAt) return finish(tab)
    const { random: chance } = tab
    if (!tab.page) load(tab, chance.chance(0.85))
    else if (!tab.run) start(tab)
    else toAct(tab)(tab)
    const isPatient = chance.chance(0.15)
    const ms = isPatient ? chance.int(4_000, 45_000) : chance.int(50, 4_000)
    scheduler.after(stage, Math.min(ms, untilAt + chance.int(0, 3_000) - now), () => step(tab))
  }

  const finish = (tab: Tab) => {
    if (tab.run && tab.random.chance(0.4)) end(tab, true)
    if (!tab.page) return
    if (tab.random.chance(0.5)) close(tab, 'close')
    else crash(tab)
  }

  for (const tab of tabs) scheduler.after(stage, random.int(0, 10_000), () => step(tab))

  /** Somebody looks at each device again: a page that starts nothing, in a tab of its own. */
  return {
    revisit() {
      for (const { browser } of devices) {
        trace(`${browser.place.name} revisit`)
        browser.disk.setFailing(false)
        browser.isOnline = true
        const page = browser.load({}, true, 1_000)
        page.run(() =>
          createStint(
            {
              relay: 'https://relay.example',
              onError,
            },
            { fetch: school.toFetch(browser, page), clock: page.clock },
          ),
        )
      }
    },
  }
}
