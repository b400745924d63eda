// Figures over several runs, and how they are printed.

export interface Figures {
  min: number
  median: number
  max: number
}

export function toFigures(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = sorted.length >> 1
  return {
    min: at(0),
    median: sorted.length % 2 ? at(middle) : (at(middle - 1) + at(middle)) / 2,
    max: at(sorted.length - 1),
  }
}

export const toText = (figures: Figures, toNumber: (value: number) => string): string =>
  [figures.min, figures.median, figures.max].map(toNumber).join(' / ')

/** Columns as wide as their widest cell; all but the first to the right. */
export function toTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
        )
        .join('  '),
    )
    .join('\n')
}
