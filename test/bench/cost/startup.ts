// What Stint costs when a page starts: its text compiled and run, `createStint`, `start`; and what the pill costs that
// comes later, in a task of its own. One fresh page for each measuring, and a text that no page had before, so that nothing is compiled already.
// It runs in the page.

export interface StartupGiven {
  of: 'core' | 'script tag' | 'widget'
  text: string
  relay: string
  /** Of this page alone. */
  id: string
}

/**
 * Ms since the beginning. Of the core: when its text was run, when its Stint was made. Of all: when the page's own next
 * line could run, and then the next task, after the microtasks that follow at once.
 */
export interface StartupResult {
  of: StartupGiven['of']
  evaluated: number
  created: number
  started: number
  atNextTask: number
}

export async function measureStartup(given: StartupGiven): Promise<StartupResult> {
  const course = { subject: 'Math', grade: 5 }
  // The page itself has to come to rest.
  await new Promise((resolve) => setTimeout(resolve, 800))
  await new Promise((resolve) => requestIdleCallback(resolve))
  const text = `${given.text}\n//${given.id}`
  const { from, ...measured } =
    given.of === 'core'
      ? measureCore()
      : given.of === 'widget'
        ? await measureWidget()
        : measureTag()
  await untilNextTask()
  return { of: given.of, ...measured, atNextTask: performance.now() - from }

  /** A module can't be evaluated in one go; what it exports is returned instead. */
  function measureCore() {
    const asFunction = text.replace(/export\s*\{([^}]*)\}/, (_, names: string) => {
      return `return {${names.replace(/([\w$]+) as ([\w$]+)/g, '$2: $1')}}`
    })
    if (asFunction === text) throw new Error('The core exports nothing that was found.')
    const startedAt = performance.now()
    const toNow = () => performance.now() - startedAt
    const { createStint } = new Function(asFunction)() as {
      createStint(options: object): { start(activity: object): void }
    }
    const evaluated = toNow()
    const stint = createStint({ relay: given.relay })
    const created = toNow()
    stint.start({ id: given.id, name: 'Cost', course })
    return { from: startedAt, evaluated, created, started: toNow() }
  }

  function measureTag() {
    const script = document.createElement('script')
    Object.assign(script.dataset, { activity: given.id, name: 'Cost', relay: given.relay })
    Object.assign(script.dataset, course)
    script.textContent = text
    const startedAt = performance.now()
    document.body.append(script)
    const started = performance.now() - startedAt
    if (!('Stint' in window)) throw new Error('The script did not run.')
    return { from: startedAt, evaluated: started, created: started, started }
  }

  /** Its file is evaluated in a task before. Until it is drawn: how long the page's own next task ever had to wait. */
  async function measureWidget() {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))
    const { mountWidget } = (await import(url)) as { mountWidget(stint: object): void }
    const time = { active: 1, inactive: 0, waste: 0, unknown: 0, 'anti-pattern': 0, uncounted: 0 }
    const run = { runId: given.id, activity: { name: 'Cost' }, presence: 'active', totals: time }
    const snapshot = { run, learner: 'known', context: null, sync: 'saved' }
    const stint = { current: null, context: null, getSnapshot: () => snapshot, subscribe() {} }
    await untilNextTask()
    let from = performance.now()
    mountWidget(stint)
    const started = performance.now() - from
    let longest = 0
    const isDrawn = () => document.querySelector('stint-timer')?.shadowRoot?.querySelector('.pill')
    while (!isDrawn()) {
      await untilNextTask()
      longest = Math.max(longest, performance.now() - from)
      from = performance.now()
    }
    return { from: performance.now() - longest, evaluated: 0, created: 0, started }
  }

  function untilNextTask() {
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', resolve)
      port1.start()
      port2.postMessage(0)
    })
  }
}
