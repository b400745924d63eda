/** The buttons that break things, by where it happens, and one line that says what to look at after each. */
import type { Switches } from '../switches.ts'
import type { View } from './view.ts'

/** What a visitor can do; each may fail, and its error is shown beside the buttons. */
export interface Acts {
  setHandsOff(isOff: boolean): void
  hide(): void
  flag(isFlagged: boolean): void
  claimPaper(): void
  finish(): void
  set(change: Partial<Switches>): Promise<void>
  kill(): void
  open(): void
  reload(): void
  reset(): Promise<void>
}

interface BreakersProps {
  view: View
  acts: Acts
  /** What was done last, and what to look at now. */
  word: { text: string; isError: boolean }
}

const ANSWERS: readonly [Exclude<Switches['timeback'], 'up'>, string][] = [
  ['500', '500'],
  ['429', '429'],
  ['slow', 'slowly'],
  ['silent', 'never'],
]

export function Breakers({ view, acts, word }: BreakersProps) {
  return (
    <section id="breakers" aria-labelledby="breakers-title">
      <h2 id="breakers-title">Break it</h2>
      <div class="groups">
        <LearnerGroup view={view} acts={acts} />
        <DeviceGroup view={view} acts={acts} />
        <ServerGroups view={view} acts={acts} />
      </div>
      <p class={word.isError ? 'word error' : 'word'} role="status">
        {word.text}
      </p>
    </section>
  )
}

type GroupProps = Omit<BreakersProps, 'word'>

function DeviceGroup({ view: { switches, device }, acts }: GroupProps) {
  const isOffline = switches.network === 'offline'
  return (
    <div role="group" aria-label="This device">
      <h3>This device</h3>
      <Toggle isOn={isOffline} onClick={() => acts.set({ network: isOffline ? 'up' : 'offline' })}>
        Offline
      </Toggle>
      {device === 'dead' ? (
        <button type="button" class="life primary" onClick={acts.open}>
          Open it again
        </button>
      ) : (
        <button type="button" class="life" onClick={acts.kill}>
          Kill this tab
        </button>
      )}
      <button type="button" disabled={device === 'dead'} onClick={acts.reload}>
        Reload
      </button>
    </div>
  )
}

function ServerGroups({ view: { switches }, acts }: GroupProps) {
  const isDown = switches.relay === 'down'
  return (
    <>
      <div role="group" aria-label="The relay">
        <h3>The relay</h3>
        <Toggle isOn={isDown} onClick={() => acts.set({ relay: isDown ? 'up' : 'down' })}>
          Relay down
        </Toggle>
      </div>
      <div role="group" aria-label="Timeback answers">
        <h3>Timeback answers</h3>
        {ANSWERS.map(([answer, name]) => (
          <Toggle
            key={answer}
            isOn={switches.timeback === answer}
            onClick={() => acts.set({ timeback: switches.timeback === answer ? 'up' : answer })}
          >
            {name}
          </Toggle>
        ))}
      </div>
    </>
  )
}

function LearnerGroup({ view, acts }: GroupProps) {
  const { snapshot, device, isHandsOff } = view
  const isOpen = device === 'open' && snapshot?.run?.isEnded === false
  const isFlagged = snapshot?.run?.presence === 'flag'
  return (
    <div role="group" aria-label="The learner">
      <h3>The learner</h3>
      <Toggle isOn={isHandsOff} onClick={() => acts.setHandsOff(!isHandsOff)}>
        Go idle
      </Toggle>
      <button type="button" onClick={acts.hide}>
        Hide
      </button>
      <Toggle isOn={isFlagged} isDisabled={!isOpen} onClick={() => acts.flag(!isFlagged)}>
        Flag guessing
      </Toggle>
      <button type="button" disabled={!isOpen} onClick={acts.claimPaper}>
        Was on paper
      </button>
      <button type="button" disabled={!isOpen} onClick={acts.finish}>
        Finish
      </button>
    </div>
  )
}

interface ToggleProps {
  isOn: boolean
  isDisabled?: boolean
  onClick: () => void
  children: string
}

function Toggle({ isOn, isDisabled = false, onClick, children }: ToggleProps) {
  return (
    <button type="button" aria-pressed={isOn} disabled={isDisabled} onClick={onClick}>
      {children}
    </button>
  )
}
