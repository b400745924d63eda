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
  return (
    <form class="fields" onSubmit={(event) => event.preventDefault()}>
      <Text form={form} onChange={onChange} field="id" label="Activity id" />
      <Text form={form} onChange={onChange} field="name" label="Name" />
      <CourseFields form={form} onChange={onChange} />
      <Text form={form} onChange={onChange} field="relay" label="Your relay" />
      <OptionFields form={form} onChange={onChange} />
    </form>
  )
}

interface TextProps extends FormProps {
  field: 'relay' | 'id' | 'name'
  label: string
}

function Text({ form, onChange, field, label }: TextProps) {
  return (
    <label class="wide">
      <span>{label}</span>
      <input
        value={form[field]}
        spellcheck={false}
        onInput={({ currentTarget }) => onChange({ [field]: currentTarget.value })}
      />
    </label>
  )
}

function CourseFields({ form, onChange }: FormProps) {
  return (
    <>
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
    </>
  )
}

function OptionFields({ form, onChange }: FormProps) {
  const isByButton = form.start === 'click'
  return (
    <>
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
          checked={isByButton}
          onChange={() => onChange({ start: isByButton ? 'load' : 'click' })}
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
    </>
  )
}
