/** Numbers and durations as a language writes them. */

export interface Format {
  /** `4:07`, or `1:04:07` past an hour. */
  clock(ms: number): string
  /** `4 min 7 sec`, `1 hr 4 min`: rounded down, as nothing is promised that is not there yet. */
  duration(ms: number): string
  /** `45 min`, however many. */
  minutes(minutes: number): string
  number(value: number): string
}

export function createFormat(lang: string): Format {
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 1 })
  const two = new Intl.NumberFormat(lang, { minimumIntegerDigits: 2 })
  const toUnit = (unit: string) => {
    const format = new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short' })
    return (value: number) => format.format(value)
  }
  const [toHours, toMinutes, toSeconds] = ['hour', 'minute', 'second'].map(toUnit) as [
    ReturnType<typeof toUnit>,
    ReturnType<typeof toUnit>,
    ReturnType<typeof toUnit>,
  ]
  return {
    clock(ms) {
      const [h, m, s] = cut(ms)
      const minutes = h ? `${number.format(h)}:${two.format(m)}` : number.format(m)
      return `${minutes}:${two.format(s)}`
    },
    duration(ms) {
      const [h, m, s] = cut(ms)
      if (h) return m ? `${toHours(h)} ${toMinutes(m)}` : toHours(h)
      if (m) return s ? `${toMinutes(m)} ${toSeconds(s)}` : toMinutes(m)
      return toSeconds(s)
    },
    minutes: toMinutes,
    number: (value) => number.format(value),
  }
}

function cut(ms: number): [h: number, m: number, s: number] {
  const seconds = Math.floor(ms / 1_000)
  return [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
}
