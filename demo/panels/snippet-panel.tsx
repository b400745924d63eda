/** The form that writes what an author has to write. */
import { useState } from 'preact/hooks'
import { SUBJECTS } from '../../src/contract/limits.ts'
import type { Subject } from '../../src/index.ts'
import { FIRST_FORM, toNpm, toReact, toTag, type SnippetForm } from './snippet-text.ts'
import { Stop } from './stop.tsx'

const VARIANTS = [
  { name: 'Script tag', write: toTag },
  { name: 'npm', write: toNpm },
  { name: 'React', write: toReact },
] as const

/** Timeback's words for its grades that are no numbers. */
const GRADES = [
  'Pre-K',
  'K',
  ...Array.from({ length: 12 }, (_, index) => String(index + 1)),
  'AP',
].map((name, index) => ({ name, value: index - 1 }))

export function SnippetPanel() {
  const [form, setForm] = useState<SnippetForm>({ ...FIRST_FORM, relay: location.origin })
  const [variant, setVariant] = useState<(typeof VARIANTS)[number]>(VARIANTS[0])
  const [copied, setCopied] = useState('')
  const text = variant.write(form)
  const change = (part: Partial<SnippetForm>) => {
    setForm({ ...form, ...part })
    setCopied('')
  }
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied('Copied')
    } catch {
      setCopied('The browser does not allow it: select the text and copy it.')
    }
  }
  return (
    <Stop id="snippet" title="Take it with you">
      <div class="two snippet">
        <Form form={form} onChange={change} />
        <div>
          <div class="variants" role="group" aria-label="For">
            {VARIANTS.map((one) => (
              <button
                key={one.name}
                type="button"
                aria-pressed={one === variant}
                onClick={() => {
                  setVariant(one)
                  setCopied('')
                }}
              >
                {one.name}
              </button>
            ))}
          </div>
          <textarea readOnly spellcheck={false} aria-label="What to write" value={text} />
          <p class="copying">
            <button type="button" class="primary" onClick={() => void copy()}>
              Copy
            </button>
            <span role="status">{copied}</span>
          </p>
        </div>
      </div>
    </Stop>
  )
}

interface FormProps {
  form: SnippetForm
  onChange: (part: Partial<SnippetForm>) => void
}

function Form({ form, onChange }: FormProps) {
  const text = (name: 'relay' | 'id' | 'name', label: string) => (
    <label class="wide">
      <span>{label}</span>
      <input
        value={form[name]}
        spellcheck={false}
        onInput={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
      />
    </label>
  )
  return (
    <form class="fields" onSubmit={(event) => event.preventDefault()}>
      {text('id', 'Activity id')}
      {text('name', 'Name')}
      <label>
        <span>Subject</span>
        <select
          value={form.subject}
          onChange={({ currentTarget }) => onChange({ subject: currentTarget.value as Subject })}
        >
          {SUBJECTS.map((subject) => (
            <option key={subject} value={subject}>
              {subject}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Grade</span>
        <select
          value={form.grade}
          onChange={({ currentTarget }) => onChange({ grade: Number(currentTarget.value) })}
        >
          {GRADES.map(({ name, value }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {text('relay', 'Your relay')}
      <label>
        <span>Idle after</span>
        <input
          type="number"
          min="1"
          placeholder="60"
          value={form.idleAfter}
          onInput={({ currentTarget }) => onChange({ idleAfter: currentTarget.value })}
        />
        <span class="unit">s</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={form.start === 'click'}
          onChange={({ currentTarget }) =>
            onChange({ start: currentTarget.checked ? 'click' : 'load' })
          }
        />
        <span>Starts by a button</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={form.showsWidget}
          onChange={({ currentTarget }) => onChange({ showsWidget: currentTarget.checked })}
        />
        <span>Shows the widget</span>
      </label>
    </form>
  )
}
