// The habits of STYLE.md that a machine can check: one line for each place that breaks one.

import { stripCommentsAndStrings } from './source-text.ts'
import type { SourceFile } from './sources.ts'

interface Habit {
  /** What is said of a file that breaks it. */
  says: string
  /** Must not be found in the code, that is in the text without comments and strings. */
  code?: RegExp
  /** Must not be found anywhere, comments included. */
  text?: RegExp
  /** Which files it is for. Default: all. */
  files?: RegExp
}

const MAX_LINES = 350

const HABITS: Habit[] = [
  {
    says: '`any`',
    code: /(?:[:<|&,(=]|=>|\b(?:as|extends|readonly|keyof))\s*any\b(?!\s*[:?(])/,
  },
  {
    says: 'default export',
    code: /\bexport\s+default\b|\bas\s+default\b/,
    // Vite wants its settings so.
    files: /^(?!vite\.config\.ts$)/,
  },
  { says: '`export *`', code: /\bexport\s*\*/ },
  { says: 'a note to come back', text: /\b(?:TO[D]O|FIX[M]E|XX[X])\b/ },
  { says: 'a suppressed type error', text: /@ts-(?:ignor[e]|nochec[k])/ },
  { says: 'a suppressed type error', text: /@ts-expect-erro[r]/, files: /^(?:src|demo)\// },
  {
    says: 'a clock or chance (time arrives in the signal, ids are handed in)',
    code: /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bMath\.random\b|\bperformance\b|\bcrypto\b/,
    files: /^src\/(?:core|contract)\//,
  },
]

export function findBrokenHabits(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const code = stripCommentsAndStrings(text)
    const broken = HABITS.filter(({ files: only }) => !only || only.test(path))
      .filter((habit) => habit.code?.test(code) || habit.text?.test(text))
      .map((habit) => `${path}: ${habit.says}`)
    const lines = text.trimEnd().split('\n').length
    return lines > MAX_LINES ? [...broken, `${path}: ${lines} lines, over ${MAX_LINES}`] : broken
  })
}
