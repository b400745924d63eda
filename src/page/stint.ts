/**
 * A page's Stint: it watches the browser, feeds the open run, and keeps outbox, grant and flusher going. Everything
 * it starts, `close` stops.
 */
import type { Activity } from '../contract/activity.ts'
import type { Grant } from '../contract/grant.ts'
import { DEFAULT_POLICY } from '../core/measure.ts'
import { checkActivity } from './check.ts'
import { browserClock } from './clock.ts'
import { StintError } from './error.ts'
import { createFlusher, type SyncState } from './flush.ts'
import { createGrants, type Learner } from './grant.ts'
import { watchInteraction } from './interaction.ts'
import { watchLeaving, watchReturning } from './lifecycle.ts'
import { createOutbox } from './outbox.ts'
import { createRun, type Run, type RunShell, type RunSnapshot } from './run.ts'
import { readTabRun } from './tab-run.ts'
import { createPost } from './transport.ts'
import { watchVisibility } from './visibility.ts'

export interface Listeners {
  onPause?: () => void
  onResume?: () => void
  /** Active ms that the relay has just acknowledged. */
  onFlush?: (elapsedMs: number) => void
  onError?: (error: StintError) => void
}

export interface StintOptions extends Listeners {
  /** The relay's address, e.g. `https://relay.example`. By default the page's own origin. */
  relay?: string
  /**
   * No interaction for so many ms, and a visible page is idle. By default the relay's (60,000); the page may only
   * ask for less, unless the relay allows more. At least 1,000.
   */
  idleAfterMs?: number
}

export interface StartOptions extends Activity, Listeners {
  /** Goes on with a run that another page or device began. By default this tab's open run of the activity, or a new one. */
  runId?: string
}

/** What is to be seen now; the same object until something changes. */
export interface Snapshot {
  /** The open run, or the last one. */
  run: RunSnapshot | null
  learner: Learner
  /** `memory`: this browser keeps nothing, so what waits is lost with the page. */
  sync: SyncState | 'memory'
  problem: { code: string; message: string } | null
}

export interface Stint {
  /** The open run, or null. */
  readonly current: Run | null
  /**
   * Starts timing an activity. Throws a StintError: `activity_invalid` with the path of the field, `run_open`
   * while another run is open.
   */
  start(activity: StartOptions): Run
  /** Sends what waits now, rather than in its time. Never rejects. */
  flush(): Promise<void>
  /** Fits React's `useSyncExternalStore`. Returns its unsubscribe. */
  subscribe(listener: () => void): () => void
  getSnapshot(): Snapshot
  /** Ends the open run's time and stops everything. What waits is sent by the next page that has Stint. */
  close(): void
}

const TICK_MS = 1_000
const DEFAULT_RULES = { idleAfterMs: 60_000, maxIdleAfterMs: 60_000, flushEveryMs: 15_000 }

/** Makes the page's Stint. Touches the browser only now, not on import. */
export function createStint(
  options: StintOptions = {},
  { fetch = globalThis.fetch.bind(globalThis), clock = browserClock } = {},
): Stint {
  const listeners = new Set<() => void>()
  let run: RunShell | undefined
  let grant: Grant | undefined
  let heard: Listeners = options
  let learner: Learner = 'asking'
  let sync: Snapshot['sync'] = 'waiting'
  let problem: Snapshot['problem'] = null
  let snapshot: Snapshot | undefined
  let stops: (() => void)[] = []

  const publish = () => {
    snapshot = undefined
    for (const listener of listeners) listener()
  }

  /** Tells the host; its mistake is shown in its console and stops nothing of ours. */
  const tell = (call: (to: Listeners) => void) => {
    try {
      call(heard)
    } catch (cause) {
      reportError(cause)
    }
  }

  const onError = (error: StintError) => {
    problem = error
    tell((to) => to.onError?.(error))
    publish()
  }

  const onRefused = (code: string, message: string) =>
    onError(new StintError('relay_refused', `${code}: ${message}`))

  const onSync = (state: Snapshot['sync']) => {
    if (sync === state || sync === 'memory') return
    sync = state
    publish()
  }

  const outbox = createOutbox((cause) => {
    if (sync === 'memory') return
    onSync('memory')
    onError(new StintError('storage_failed', 'This browser keeps nothing', { cause }))
  })
  const post = createPost((options.relay ?? location.origin).replace(/\/+$/, ''), { fetch })

  const grants = createGrants({
    post,
    clock,
    onGrant(given) {
      grant = given
      learner = given.preview ? 'preview' : 'known'
      publish()
      void outbox.claim(given).then(flusher.flush)
    },
    onRefused(code, message) {
      learner = 'unknown'
      void outbox.disown()
      onRefused(code, message)
    },
  })
  const rules = () => grant?.rules ?? DEFAULT_RULES

  const flusher = createFlusher({
    outbox,
    post,
    clock,
    everyMs: () => rules().flushEveryMs,
    onSync,
    onRefused,
    onReceipt(dead) {
      for (const { id, path, message, code } of dead) {
        onError(new StintError('entry_refused', `${id}: ${message}`, { path, cause: code }))
      }
      const elapsedMs = run?.onReceipt() ?? 0
      tell((to) => to.onFlush?.(elapsedMs))
    },
  })

  const save = (shell: RunShell) => {
    shell.take('tick')
    void shell.save()
  }

  const watch = (shell: RunShell) => {
    const tick = setInterval(save, TICK_MS, shell)
    stops = [
      () => clearInterval(tick),
      watchVisibility(shell.take),
      watchInteraction(shell.interact),
      watchLeaving(() => {
        save(shell)
        void flusher.flushOut()
      }),
    ]
  }

  const unwatch = () => {
    for (const stop of stops) stop()
    stops = []
  }

  const stopReturning = watchReturning(() => {
    grants.ask()
    void flusher.flush()
  })

  const open = () => (run?.isEnded === false ? run : null)

  void flusher.flush()

  return {
    get current() {
      return open()
    },
    start(given) {
      const activity = checkActivity(given)
      if (this.current)
        throw new StintError('run_open', `End ${run!.id} before starting ${activity.id}`)
      const tabRun = readTabRun(activity)
      const runId = given.runId ?? tabRun?.runId ?? crypto.randomUUID()
      let wasPaused = false
      heard = { ...options, ...given }
      run = createRun({
        activity,
        runId,
        before: tabRun?.runId === runId ? tabRun.totals : undefined,
        clock,
        outbox,
        grantId: () => grant?.id ?? '',
        rules: () => {
          const { idleAfterMs, maxIdleAfterMs } = rules()
          return {
            idleAfterMs: Math.max(
              1_000,
              Math.min(options.idleAfterMs ?? idleAfterMs, maxIdleAfterMs),
            ),
          }
        },
        policy: () => grant?.policy ?? DEFAULT_POLICY,
        isCounting: () => learner !== 'unknown',
        onEnded() {
          unwatch()
          void flusher.flushOut()
          publish()
        },
        onError,
        onChange() {
          const { isPaused } = run!
          if (isPaused !== wasPaused) tell((to) => (isPaused ? to.onPause?.() : to.onResume?.()))
          wasPaused = isPaused
          publish()
        },
      })
      watch(run)
      grants.ask(Math.round(clock.wall()))
      publish()
      return run
    },
    async flush() {
      const shell = open()
      if (shell) save(shell)
      await flusher.flush()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => (snapshot ??= { run: run?.snapshot() ?? null, learner, sync, problem }),
    close() {
      void open()?.end()
      unwatch()
      stopReturning()
      grants.stop()
      flusher.stop()
      listeners.clear()
    },
  }
}
