// Reading TypeScript without a parser, exactly enough for the rules in this folder (TypeScript 7 has no
// parser to call). Not understood: a regular expression with a quote in it hides the rest of its line.

export interface Import {
  /** As written: "./slices.ts", "zod", "node:fs". */
  from: string
  /** `import type … from`: gone from the JavaScript. `import { type A }` is not, it still loads the file. */
  typeOnly: boolean
}

const COMMENTS_AND_STRINGS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g

const IMPORTS = [
  // import … from '…', export … from '…' (a `}` or `*` or name stands before `from`)
  /\b(?:import|export)\b\s*(?<type>type\b\s*(?!from\b))?[\w$*{][\w$*{},\s]*?\bfrom\s*(?<quote>['"])(?<from>.+?)\k<quote>/g,
  // import '…'
  /\bimport\s*(?<quote>['"])(?<from>.+?)\k<quote>/g,
  // import('…')
  /\bimport\s*\(\s*(?<quote>['"`])(?<from>.+?)\k<quote>/g,
]

/** The text without comments, each replaced by a space. */
export function stripComments(text: string): string {
  return text.replace(COMMENTS_AND_STRINGS, (match) => (match.startsWith('/') ? ' ' : match))
}

/** The text without comments and without what strings say. */
export function stripCommentsAndStrings(text: string): string {
  return text.replace(COMMENTS_AND_STRINGS, (match) => (match.startsWith('/') ? ' ' : `''`))
}

export function readImports(text: string): Import[] {
  const code = stripComments(text)
  return IMPORTS.flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ groups }) => ({
      from: groups?.['from'] ?? '',
      typeOnly: groups?.['type'] !== undefined,
    })),
  )
}
