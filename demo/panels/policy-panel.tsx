/** One run under two policies, side by side: the same spans, measured by the same function. */
import { useState } from 'preact/hooks'
import { measureUnder, POLICIES, type Measured, type Thresholds } from './policies.ts'
import { Stop } from './stop.tsx'
import { Timeline } from './timeline.tsx'
import type { View } from './view.ts'
import { KINDS, toClock } from './words.ts'

const FIELDS: readonly [keyof Thresholds, string][] = [
  ['idleWasteAfterMs', 'Idle is waste after'],
  ['hiddenWasteAfterMs', 'Hidden is waste after'],
  ['leaveAfterMs', 'Left after'],
]

export function PolicyPanel({ view }: { view: View }) {
  const [one, setOne] = useState(POLICIES[0]![1])
  const [other, setOther] = useState(POLICIES[1]![1])
  const legs = view.report?.legs ?? []
  const policies = [
    { name: 'One policy', thresholds: one, set: setOne },
    { name: 'Another policy', thresholds: other, set: setOther },
  ]
  return (
    <Stop id="policies" title="One run, two policies">
      <p class="state">
        The relay keeps raw spans and decides nothing when they come: the same ones, measured twice.
      </p>
      <div class="two">
        {policies.map(({ name, thresholds, set }) => (
          <fieldset key={name}>
            <legend>{name}</legend>
            <PolicyForm thresholds={thresholds} onChange={set} />
            <Outcome
              name={name}
              measured={measureUnder(legs, thresholds)}
              idleAfterMs={view.idleAfterMs}
            />
          </fieldset>
        ))}
      </div>
    </Stop>
  )
}

interface PolicyFormProps {
  thresholds: Thresholds
  onChange: (thresholds: Thresholds) => void
}

function PolicyForm({ thresholds, onChange }: PolicyFormProps) {
  const preset = POLICIES.findIndex(([, policy]) =>
    FIELDS.every(([field]) => policy[field] === thresholds[field]),
  )
  const choose = (index: string) => {
    const policy = POLICIES[Number(index)]
    if (policy) onChange(policy[1])
  }
  return (
    <div class="fields">
      <label class="wide">
        <span>Policy</span>
        <select value={preset} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {POLICIES.map(([name], index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
          <option value={-1}>Your own</option>
        </select>
      </label>
      {FIELDS.map(([field, name]) => (
        <Threshold
          key={field}
          name={name}
          ms={thresholds[field]}
          onChange={(ms) => onChange({ ...thresholds, [field]: ms })}
        />
      ))}
    </div>
  )
}

interface ThresholdProps {
  name: string
  /** `Infinity` for a rule that never applies: its field is empty. */
  ms: number
  onChange: (ms: number) => void
}

function Threshold({ name, ms, onChange }: ThresholdProps) {
  return (
    <label>
      <span>{name}</span>
      <input
        type="number"
        min="0"
        max="86400"
        inputMode="numeric"
        placeholder="never"
        value={Number.isFinite(ms) ? ms / 1_000 : ''}
        onInput={({ currentTarget: { value } }) =>
          onChange(value === '' ? Infinity : Number(value) * 1_000)
        }
      />
      <span class="unit">s</span>
    </label>
  )
}

interface OutcomeProps {
  name: string
  measured: Measured
  idleAfterMs: number
}

function Outcome({ name, measured, idleAfterMs }: OutcomeProps) {
  return (
    <>
      <Timeline
        name={`The run under ${name.toLowerCase()}`}
        stretches={measured.pieces}
        idleAfterMs={idleAfterMs}
        none="Nothing has arrived at the relay yet."
      />
      <dl class="kinds">
        {KINDS.map(([kind, word]) => (
          <div key={kind} class={kind}>
            <dt>{word}</dt>
            <dd>{toClock(measured.totals[kind])}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}
