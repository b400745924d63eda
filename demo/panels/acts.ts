/** What the buttons do, and what each says to look at next. */
import { resetServers, setSwitches } from './ask.ts'
import type { Acts } from './breakers.tsx'
import type { Device } from './device.ts'
import { emptyBrowser, readRows } from './outbox-rows.ts'
import { FIRST_VIEW, type View } from './view.ts'

export interface Word {
  text: string
  isError: boolean
}

interface Shell {
  device: Device
  show(part: Partial<View>): void
  say(word: Word): void
}

const WORDS = {
  first: 'Answer a question, then press any of these. Whatever breaks, the sum above stays whole.',
  handsOff: 'Hands off: your pointer does not reach the page. Idle after 5 s, waste 10 s later.',
  handsOn: 'Your hands are back: the next touch is active again.',
  back: 'Welcome back. While the tab was away it was hidden, then waste: see the timeline.',
  blocked: 'The browser did not let us open a tab. Put another one in front yourself.',
  flagged: 'The page says that this is guessing: it counts as waste until you press again.',
  unflagged: 'Not flagged any more.',
  paper: 'The last quiet stretch was work on paper, says the learner: it turns violet.',
  noPaper: 'There was no quiet stretch yet. Go idle first.',
  finished: 'Finished: the result is saved first, then Timeback is told, once.',
  killed: 'Killed without a last word. What is on the disk waits: open it again.',
  opened: 'Open again. The same run goes on, and the rows leave.',
  reloaded: 'Reloaded. The same run goes on, not a second missing.',
  reset: 'As new: no run, no event, nothing broken.',
} as const

const SWITCHED: Record<string, string> = {
  'network offline': 'No network for this page. Work on: rows wait in the outbox.',
  'network up': 'Online again: the rows leave, each by its own receipt.',
  'relay down': 'The relay is gone for everybody. Rows wait on the device.',
  'relay up': 'The relay is back, and the rows leave, each by its own receipt.',
  'timeback 500':
    'Timeback says 500, though it may have it. Finish: the relay asks before it sends again.',
  'timeback 429': 'Too many requests. Finish: the relay waits as long as it was asked to.',
  'timeback slow': 'Timeback takes 4 s for each answer. Finish, and nothing else waits for it.',
  'timeback silent':
    'Timeback takes it and never says so. Finish: the relay asks before it sends again.',
  'timeback up': 'Timeback answers again: what waits goes out at its next try.',
}

export const FIRST_WORD: Word = { text: WORDS.first, isError: false }

export function createActs({ device, show, say: tell }: Shell): Acts {
  const say = (text: string) => tell({ text, isError: false })
  const fail = (error: unknown) => tell({ text: toComplaint(error), isError: true })
  const run = () => device.stint()?.current

  return {
    setHandsOff(isOff) {
      device.setHandsOff(isOff)
      show({ isHandsOff: isOff })
      say(isOff ? WORDS.handsOff : WORDS.handsOn)
    },
    hide() {
      if (!window.open('/away.html')) return fail(WORDS.blocked)
      const look = () => {
        if (document.hidden) return
        document.removeEventListener('visibilitychange', look)
        say(WORDS.back)
      }
      document.addEventListener('visibilitychange', look)
    },
    flag(isFlagged) {
      if (isFlagged) run()?.flag('waste', 'guessing')
      else run()?.unflag()
      say(isFlagged ? WORDS.flagged : WORDS.unflagged)
    },
    claimPaper() {
      say(run()?.claim('on-paper') ? WORDS.paper : WORDS.noPaper)
    },
    finish() {
      answerRest(device.document())
      say(WORDS.finished)
    },
    async set(change) {
      try {
        const switches = await setSwitches(change)
        show({ switches })
        say(Object.entries(change).map(([name, value]) => SWITCHED[`${name} ${value}`])[0] ?? '')
        // As a browser does when the network is back. A relay's return nobody tells: the page would try in its own time.
        if (change.network === 'up') device.window()?.dispatchEvent(new Event('online'))
        if (change.relay === 'up') void device.stint()?.flush()
      } catch (error) {
        fail(error)
      }
    },
    async kill() {
      device.kill()
      say(WORDS.killed)
      // At once, as what was seen of the disk before the last write would have more lost than is.
      show({ rows: await readRows() })
    },
    open() {
      device.open()
      say(WORDS.opened)
    },
    reload() {
      device.reload()
      say(WORDS.reloaded)
    },
    async reset() {
      try {
        device.kill()
        await resetServers()
        await emptyBrowser()
        show(FIRST_VIEW)
        say(WORDS.reset)
      } catch (error) {
        fail(error)
      }
      device.setHandsOff(false)
      device.open()
    },
  }
}

/** Right answers for what is still open, and then the learner's own button. */
function answerRest(page: Document | undefined) {
  for (const value of ['3/8', '4/8', '1/3', '5/6', 'less']) {
    const choice = page?.querySelector<HTMLInputElement>(`input[value="${value}"]`)
    if (choice && !choice.form?.querySelector(`[name="${choice.name}"]:checked`)) choice.click()
  }
  page?.querySelector<HTMLButtonElement>('#finish')?.click()
}

function toComplaint(error: unknown): string {
  if (typeof error === 'string') return error
  const { message } = error as Error
  return `That did not work: ${message}. Is npm start still running?`
}
