/**
 * The ticket that brought a learner to this tab, and the renewal that the tab got for it. Both are in sessionStorage:
 * a reload goes on without a new ticket, and another tab needs its own.
 */
import type { Grant, GrantRequest } from '../contract/grant.ts'
import { attempt } from './kept.ts'
import { mintId } from './mint-id.ts'

/** A ticket, or what gets one from the host's server whenever a grant is needed; nothing for nobody. */
export type TicketOption = string | (() => Promise<string | null | undefined>)

/** What says to the relay who is here; nothing of it where the host's cookie does. */
export type Proof = Pick<GrantRequest, 'ticket' | 'tab' | 'renewal'>

export interface TabTicket {
  /** One waits to be swapped, and may not wait for long. */
  isNew(): boolean
  /** Null: the host says that nobody is signed in. Rejects where the host could not say. */
  toProof(): Promise<Proof | null>
  /** The relay took it. */
  keep(grant: Grant): void
  /** It is good for nothing any more, or its learner has gone. */
  forget(): void
}

interface Kept {
  /** Empty where no ticket was shown. */
  tab: string
  ticket: string
  renewal?: string | undefined
  learnerKey?: string
}

const NOTHING: Kept = { tab: '', ticket: '' }

/** So much of a ticket's end tells it from any other. A relay's own is no longer; one that is signed names its learner. */
const TOLD_BY = 43

/** `isOurs`: whether what was kept for a learner is for whoever is here, as far as is known. */
export function createTabTicket(
  option: TicketOption | undefined,
  relay: string,
  isOurs: (learnerKey: string | undefined) => boolean,
): TabTicket {
  const key = `stint:${relay}`
  let given = typeof option === 'string' ? option : ''
  let loaded: Kept | undefined

  const save = (next: Kept) => {
    loaded = next
    attempt(() => (sessionStorage[key] = JSON.stringify(next)))
  }

  const load = (): Kept => {
    loaded ??= attempt(() => JSON.parse(sessionStorage[key]) as Kept) ?? NOTHING
    // Somebody else may have come to this browser while no page of this tab was there to hear of it.
    if (!isOurs(loaded.learnerKey)) loaded = NOTHING
    const shown = given.slice(-TOLD_BY)
    if (shown && shown !== loaded.ticket) save({ tab: mintId(), ticket: shown })
    return loaded
  }

  return {
    isNew() {
      const { tab, renewal } = load()
      return !!tab && !renewal
    },
    async toProof() {
      if (typeof option === 'function') {
        given = (await option()) ?? ''
        if (!given) return null
      }
      const { tab, ticket, renewal } = load()
      if (renewal) return { renewal }
      return tab ? { tab, ticket: given || ticket } : {}
    },
    keep({ renewal, learnerKey }) {
      const { tab, ticket } = load()
      if (tab) save({ tab, ticket, renewal, learnerKey })
    },
    forget() {
      given = ''
      loaded = NOTHING
      attempt(() => delete sessionStorage[key])
    },
  }
}
