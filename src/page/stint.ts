/**
 * A page's Stint: it watches the browser, feeds the open run, and keeps outbox, grant and flusher going. Everything
 * it starts, `close` stops.
 */
import type { Context } from '../contract/context.ts'
import type { Grant } from '../contract/grant.ts'
import { DEFAULT_POLICY, toTerms, type Counting } from '../core/policy.ts'
import { watchBrowserLearner } from './browser-learner.ts'
import { checkActivity } from './check.ts'
import { browserClock } from './clock.ts'
import { createReadContext } from './context.ts'
import { StintError, type StintErrorCode } from './error.ts'
import { createFlusher } from './flush.ts'
import { createRenewGrant, type Learner } from './grant.ts'
import type { Page, Listeners, SyncState } from './page.ts'
import { createLoop } from './loop.ts'
import type { Snapshot, Stint, StintOptions } from './host.ts'
import { watchReturning } from './lifecycle.ts'
import { createOutbox } from './outbox.ts'
import { mintId } from './mint-id.ts'
import { createRun, WRITE_MS, type RunShell } from './run.ts'
import { createTabTicket } from './ticket.ts'
import { browserFetchLater, createPostLater } from './post-later.ts'
import { createPost, type Refusal } from './transport.ts'

/** Before the relay has said: its own defaults. */
const NO_GRANT: Pick<Grant, 'id' | 'flushEveryMs'> &
  Partial<Pick<Grant, 'learnerKey' | 'reading' | 'looksUp'>> &
  Counting = {
  id: '',
  policy: DEFAULT_POLICY,
  allowances: [],
  flushEveryMs: 15_000,
}

/** Makes the page's Stint. Touches the browser only now, not on import. */
export function createStint(
  options: StintOptions = {},
  { fetch = globalThis.fetch, fetchLater = browserFetchLater, clock = browserClock } = {},
): Stint {
  const listeners = new Set<() => void>()
  let run: RunShell | undefined
  /** What the relay has to say of it may come when the next one has begun. */
  let before: RunShell | undefined
  let grant = NO_GRANT
  /** The run's own come before the page's. */
  let heard: Listeners = {}
  let learner: Learner = 'asking'
  let context: Context | null = null
  let sync: SyncState = 'waiting'
  /** The host has been told that the storage fails. */
  let isTroubled = false
  /** It fails: what no disk has goes out each time it is written. */
  let isHurried = false
  let isClosed = false
  let problem: Snapshot['problem'] = null
  let snapshot: Snapshot | undefined

  /** Calls the host; its mistake is shown in its console and stops nothing of ours. */
  const call = (act: () => void) => {
    try {
      act()
    } catch (cause) {
      reportError(cause)
    }
  }

  const publish = () => {
    snapshot = undefined
    listeners.forEach(call)
  }

  const tell: Page['tell'] = (name, ...values) =>
    call(() =>
      ((heard[name] ?? options[name]) as ((...given: unknown[]) => void) | undefined)?.(...values),
    )

  const onError = (error: StintError) => {
    problem = error
    tell('onError', error)
    publish()
  }

  /** Says what the relay will not take; its own code for that is the `cause`. */
  const onRefused = (
    { code, message, path }: Pick<Refusal, 'code' | 'message'> & { path?: string },
    of: StintErrorCode = 'relay_refused',
  ) => onError(new StintError(of, `${path || code}: ${message}`, path, code))

  /** Who is here, as far as this run's course has a place for them. */
  const toLearner = (): Learner => {
    if (learner !== 'known' || context?.enrolled !== false) return learner
    const { ifNotEnrolled } = context
    if (ifNotEnrolled === 'refuse') return 'not-enrolled'
    return ifNotEnrolled === 'preview' ? 'preview' : 'known'
  }

  const open = () => (run?.isEnded === false ? run : null)

  /** All that this page saw is theirs whose first grant this is, ended or not: only what the tab had kept may not be. */
  const detach = ({ learnerKey }: Grant) => {
    const ids: Record<string, string> = {}
    for (const one of [before, run])
      if (one?.keptFor && one.keptFor !== learnerKey) one.detach((ids[one.runId] ??= mintId()))
  }

  /**
   * Somebody else is here: the run so far stays the former learner's, and nothing of it is shown. The activity goes on as
   * a run of the newcomer's.
   */
  const changeLearner = (next: typeof NO_GRANT) => {
    const former = open() ?? undefined
    former?.leave()
    before = undefined
    grant = next
    context = null
    learner = 'unknown'
    run = former && createRun(page, former.snapshot().activity, mintId(), clock.mono())
  }

  const relay = (options.relay ?? location.origin).replace(/\/+$/, '')
  const browser = watchBrowserLearner(relay, (other) => {
    if (!grant.learnerKey || grant.learnerKey === other) return
    changeLearner(NO_GRANT)
    ticket.forget()
    publish()
  })
  const ticket = createTabTicket(options.ticket, relay, (key) => page.isOurs(key))

  const page: Page = {
    clock,
    outbox: createOutbox(relay, (cause) => {
      if (isTroubled) publish()
      else {
        isTroubled = true
        onError(new StintError('storage_failed', 'The storage failed', undefined, cause))
      }
      if (!isHurried) void loop.now()
      isHurried = true
      return undefined
    }),
    post: createPost(relay, fetch),
    postLater: fetchLater && createPostLater(`${relay}/v1/entries`, fetchLater),
    grantId: () => grant.id,
    learnerKey: () => grant.learnerKey,
    isOurs: (key) => !key || key === (grant.learnerKey ?? browser.read() ?? key),
    terms: (activity) => toTerms(grant, activity, options),
    frames: options.frames ?? [],
    isCounting: () => !['unknown', 'not-enrolled'].includes(toLearner()),
    // Without a grant there is nothing that could go out, and it is the grant that is urgent.
    flushOut() {
      page.outbox.copy()
      return grant.id ? flusher.flushOut() : loop.now()
    },
    arm: () => flusher.arm(),
    flush: () => loop.now(),
    publish,
    tell,
    onError,
    onGrant(given, since) {
      if (!grant.id) detach(given)
      else if (grant.learnerKey !== given.learnerKey) changeLearner(given)
      browser.keep(given.learnerKey)
      // What the relay does not take under the former grant, or would not count, it does under this one, if it is the
      // same learner's.
      const formerId = grant.id
      const from = flusher.isStale() ? 0 : since
      grant = given
      learner = given.preview ? 'preview' : 'known'
      publish()
      return page.outbox.adopt(given, formerId, from)
    },
    onNobody(refusal) {
      if (learner !== 'unknown') onRefused(refusal)
      learner = 'unknown'
      context = null
      page.outbox.disown()
      publish()
    },
    onSync(state) {
      if (sync === state) return
      sync = state
      publish()
    },
    onReceipt(verdicts) {
      // The rows may be an earlier page's, and an older grant's.
      const isWell = learner !== 'unknown' && !page.outbox.isFailing()
      if (problem && problem.code !== 'entry_refused' && isWell) {
        problem = null
        publish()
      }
      for (const verdict of verdicts) if ('code' in verdict) onRefused(verdict, 'entry_refused')
      const [beforeMs = 0, ms = 0] = [before, run].map((one) => one?.onReceipt(verdicts))
      tell('onFlush', beforeMs + ms)
    },
    onRefused,
  }
  const flusher = createFlusher(page)
  const renewGrant = createRenewGrant(page, ticket)
  const readContext = createReadContext(relay, fetch, clock)

  const renewContext = async () => {
    const [readFor, readBy] = [run, grant]
    const { activity, runId, isEnded } = run?.snapshot() ?? {}
    if (!activity || learner === 'unknown') return
    const of = `${runId} ${isEnded}`
    const read = await readContext(grant, { course: activity.course, of, isEnded })
    // It may have come to another run, or to another learner, to whom nothing of this one is shown.
    if (!read || run !== readFor || grant !== readBy) return
    context = read
    if (toLearner() === 'not-enrolled') page.outbox.disown()
    publish()
  }

  const loop = createLoop(
    async () => {
      // Nobody is looked for where nobody looks: somebody else may be working in another tab.
      const isAway = learner === 'unknown' && document.hidden
      const waitMs = isAway ? undefined : await renewGrant(run?.legAt, flusher.isStale())
      const failedMs = (await flusher.drain()) ?? waitMs
      if (failedMs === undefined) void renewContext()
      return failedMs
    },
    () => {
      isHurried = page.outbox.isFailing()
      return isHurried ? WRITE_MS : grant.flushEveryMs
    },
  )
  let stopReturning = () => {}
  // What earlier pages left goes out, once this one has done its own first work.
  setTimeout(() => {
    if (isClosed) return
    stopReturning = watchReturning(loop.now)
    void loop.now()
  })

  return {
    get current() {
      return open()
    },
    get context() {
      return context
    },
    start(given) {
      if (isClosed) throw new StintError('stint_closed', 'Closed: make another')
      const startAt = clock.mono()
      const activity = checkActivity(given)
      const former = open()
      if (former && !given.replace) throw new StintError('run_open', `End ${former.id}`)
      former?.endAt(startAt)
      before = run
      heard = given
      // It may be of another course.
      context = null
      run = createRun(page, activity, given.runId, startAt)
      publish()
      return run
    },
    flush() {
      open()?.tick()
      return loop.now()
    },
    dead: () => page.outbox.dead(),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () =>
      (snapshot ??= {
        run: run?.snapshot() ?? null,
        learner: toLearner(),
        context,
        sync: page.outbox.isFailing() ? 'memory' : sync,
        unkept: page.outbox.unkept(),
        lost: page.outbox.losses.total(),
        problem,
      }),
    close() {
      isClosed = true
      void open()?.end()
      stopReturning()
      browser.stop()
      loop.stop()
      listeners.clear()
    },
  }
}
