/** The colours of both themes. Text has at least 4.5 to 1 against the paper, what is drawn 3 to 1. */

export type Colour = keyof typeof LIGHT

export const LIGHT = {
  ink: '#1b2733',
  soft: '#51606f',
  paper: '#ffffff',
  line: '#d8dee5',
  rim: '#7f8c9a',
  key: '#eef2f6',
  working: '#0b7a53',
  'on-paper': '#2f66c4',
  quiet: '#7789a0',
  away: '#8a6bc4',
}

export const DARK: Record<Colour, string> = {
  ink: '#eef2f6',
  soft: '#b3bfcc',
  paper: '#1c2530',
  line: '#3a4755',
  rim: '#8494a5',
  key: '#2b3744',
  working: '#54d3a0',
  'on-paper': '#82b1ff',
  quiet: '#93a7bf',
  away: '#bda4ee',
}

/** The host may set what a theme most wants to: `--stint-ink`, `--stint-paper`, `--stint-working`. */
export const toProperties = (colours: Record<Colour, string>): string =>
  Object.entries(colours)
    .map(([name, value]) => `--${name}:var(--stint-${name},${value})`)
    .join(';')
