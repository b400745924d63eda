// @vitest-environment happy-dom
// How a page shows whom it is for: a ticket once, then what this tab got for it, and never the ticket again.

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GrantRequest } from '../../src/contract/grant.ts'
import type { Stint } from '../../src/page/host.ts'
import { ACTIVITY, idle, openTab } from './tab.ts'

type Tab = ReturnType<typeof openTab>

const TICKET = 'a-ticket-of-forty-three-characters-as-ours-x'.slice(0, 43)
const OTHER = TICKET.replace('a-', 'b-')
const SIGNED = `eyJhbGciOiJIUzI1NiJ9.ada@school.example.${'s'.repeat(43)}`

/** What the page said of its learner, each time it asked for a grant. */
const proofs = (tab: Tab) =>
  tab.relay.sent
    .filter(({ path }) => path === '/v1/grants')
    .map(({ body }) => {
      const { ticket, tab: word, renewal } = body as unknown as GrantRequest
      return { ticket, tab: word, renewal }
    })

const WORD = expect.stringMatching(/^[\d-]{16,64}$/) as unknown as string
const toShown = (ticket: string) => ({ ticket, tab: WORD, renewal: undefined })
const toRenewed = (renewal: string) => ({ ticket: undefined, tab: undefined, renewal })
const NOTHING = { ticket: undefined, tab: undefined, renewal: undefined }

/** The page goes, and the next one of the same tab comes. */
async function leave(tab: Tab, stint: Stint) {
  tab.leave()
  stint.close()
  await idle()
}

beforeEach(() => {
  vi.stubGlobal('reportError', vi.fn<(cause: unknown) => void>())
  return () => void vi.unstubAllGlobals()
})

describe('a ticket', () => {
  it('is swapped once; a reload shows what the tab got for it', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    const { stint } = await tab.start({ ticket: TICKET })
    expect(stint.getSnapshot().learner).toBe('known')
    await leave(tab, stint)
    tab.relay.grant = { renewal: 'renewal-2' }
    await leave(tab, (await tab.start({ ticket: TICKET })).stint)
    await tab.start()
    expect(proofs(tab)).toEqual([toShown(TICKET), toRenewed('renewal-1'), toRenewed('renewal-2')])
  })

  it('goes on with the run after the reload, though it is no new one', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    const { stint, run } = await tab.start({ ticket: TICKET })
    await tab.pass(5_000)
    await leave(tab, stint)
    const next = await tab.start({ ticket: TICKET })
    expect(next.run.runId).toBe(run.runId)
    expect(next.run.totalActiveMs).toBe(5_000)
  })

  it('that is new for the same learner goes on with the run as well', async () => {
    const tab = openTab()
    const { stint, run } = await tab.start({ ticket: TICKET })
    await tab.pass(5_000)
    await leave(tab, stint)
    const next = await tab.start({ ticket: OTHER })
    expect(proofs(tab)).toEqual([toShown(TICKET), toShown(OTHER)])
    expect(next.run.runId).toBe(run.runId)
  })

  it('is swapped at once, however late the learner starts', async () => {
    const tab = openTab()
    const stint = tab.load({ ticket: TICKET })
    await tab.pass(1_000)
    expect(proofs(tab)).toEqual([toShown(TICKET)])
    expect(stint.getSnapshot()).toMatchObject({ run: null, learner: 'known' })
    await tab.pass(90_000)
    stint.start(ACTIVITY)
    await tab.pass(2_000)
    expect(proofs(tab)).toHaveLength(1)
    expect(tab.relay.entries.size).toBeGreaterThan(0)
  })

  it('is repeated with the same word of this tab while there is no answer, by its next page too', async () => {
    const tab = openTab()
    tab.relay.isHanging = true
    const stint = tab.load({ ticket: TICKET })
    await tab.pass(1_000)
    await leave(tab, stint)
    tab.relay.isHanging = false
    // Its code was in the address, and is there no more.
    await tab.start()
    const [first, second] = proofs(tab)
    expect(second).toEqual(first)
    expect(first).toEqual(toShown(TICKET))
  })

  it('that is refused means nobody, and is not shown again', async () => {
    const tab = openTab()
    tab.relay.isSignedIn = false
    const { stint } = await tab.start({ ticket: TICKET })
    await tab.pass(40_000)
    expect(stint.getSnapshot().learner).toBe('unknown')
    const [first, ...rest] = proofs(tab)
    expect(first).toEqual(toShown(TICKET))
    expect(rest.length).toBeGreaterThan(0)
    expect(rest.filter(({ ticket }) => ticket)).toEqual([])
    expect(Object.keys(await tab.stored()).filter((key) => key.startsWith('entry:'))).toEqual([])
  })

  it('is told from another by its end, and its learner’s name is kept nowhere', async () => {
    const tab = openTab()
    const signed = { ticket: SIGNED }
    tab.relay.grant = { renewal: 'renewal-1' }
    await leave(tab, (await tab.start(signed)).stint)
    await leave(tab, (await tab.start(signed)).stint)
    expect(proofs(tab)).toEqual([toShown(SIGNED), toRenewed('renewal-1')])
    const kept = JSON.stringify([{ ...sessionStorage }, { ...localStorage }, await tab.stored()])
    expect(kept).toContain('sssss')
    expect(kept).not.toContain('ada@')
  })

  it('gives way once the tab’s sitting is over: then nobody is signed in', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    await leave(tab, (await tab.start({ ticket: TICKET })).stint)
    tab.relay.isSignedIn = false
    const { stint } = await tab.start()
    await tab.pass(16_000)
    expect(stint.getSnapshot().learner).toBe('unknown')
    expect(proofs(tab).slice(0, 3)).toEqual([toShown(TICKET), toRenewed('renewal-1'), NOTHING])
  })

  it('goes to its own relay only', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    await leave(tab, (await tab.start({ ticket: TICKET })).stint)
    await tab.start({ relay: 'https://other.example' })
    expect(proofs(tab).at(-1)).toEqual(NOTHING)
  })

  it('works where a browser keeps nothing', async () => {
    const tab = openTab()
    vi.stubGlobal('sessionStorage', undefined)
    vi.stubGlobal('localStorage', undefined)
    const { stint } = await tab.start({ ticket: TICKET })
    expect(stint.getSnapshot().learner).toBe('known')
    expect(proofs(tab)).toEqual([toShown(TICKET)])
  })
})

describe('a page without a ticket', () => {
  it('shows nothing but what its host’s cookie says, and keeps nothing of it', async () => {
    const tab = openTab()
    await leave(tab, (await tab.start()).stint)
    await tab.start()
    expect(proofs(tab)).toEqual([NOTHING, NOTHING])
    expect(Object.keys(sessionStorage).filter((key) => key.includes('relay'))).toEqual([])
  })
})

describe('a function that gets tickets', () => {
  it('is called when a grant is needed, and not while one holds', async () => {
    const tab = openTab()
    const tickets = [TICKET, OTHER]
    const ticket = vi.fn<() => Promise<string>>(async () => tickets.shift()!)
    const { stint } = await tab.start({ ticket })
    await tab.pass(40_000)
    expect(ticket).toHaveBeenCalledOnce()
    tab.sleep(12 * 3_600_000)
    await tab.pass(16_000)
    expect(proofs(tab)).toEqual([toShown(TICKET), toShown(OTHER)])
    expect(stint.getSnapshot().learner).toBe('known')
  })

  it('is not called before something was started', async () => {
    const tab = openTab()
    const ticket = vi.fn<() => Promise<string>>(async () => TICKET)
    tab.load({ ticket })
    await tab.pass(16_000)
    expect(ticket).not.toHaveBeenCalled()
  })

  it('is called by the next page of the tab as well: somebody else may be signed in', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    await leave(tab, (await tab.start({ ticket: async () => TICKET })).stint)
    await tab.start({ ticket: async () => OTHER })
    expect(proofs(tab)).toEqual([toShown(TICKET), toShown(OTHER)])
  })

  it.each([null, undefined, ''])(
    'that gives %j means nobody, and the relay is not asked',
    async (nothing) => {
      const tab = openTab()
      const onError = vi.fn<(error: unknown) => void>()
      const { stint } = await tab.start({ ticket: async () => nothing, onError })
      await tab.pass(20_000)
      expect(stint.getSnapshot().learner).toBe('unknown')
      expect(tab.relay.sent).toEqual([])
      expect(onError).toHaveBeenCalledExactlyOnceWith(
        expect.objectContaining({ code: 'relay_refused', cause: 'not_signed_in' }),
      )
    },
  )

  it('that gives nobody is not stepped over by what the tab had before', async () => {
    const tab = openTab()
    tab.relay.grant = { renewal: 'renewal-1' }
    await leave(tab, (await tab.start({ ticket: async () => TICKET })).stint)
    const { stint } = await tab.start({ ticket: async () => null })
    expect(stint.getSnapshot().learner).toBe('unknown')
    expect(proofs(tab)).toHaveLength(1)
  })

  it('that fails is called again, says why in the console, and costs no time', async () => {
    const tab = openTab()
    const why = new Error('offline')
    let isUp = false
    const ticket = async () => {
      if (!isUp) throw why
      return TICKET
    }
    const { stint } = await tab.start({ ticket })
    await tab.pass(5_000)
    expect(stint.getSnapshot().learner).toBe('asking')
    expect(reportError).toHaveBeenCalledWith(why)
    isUp = true
    await stint.flush()
    await tab.pass(1_000)
    expect(stint.getSnapshot().learner).toBe('known')
    expect([...tab.relay.entries.values()].map(({ type }) => type)).toContain('start')
  })
})
