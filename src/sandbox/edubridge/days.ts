/** Days as a learner has them: an instant belongs to another day in another time zone. */

const DAY_MS = 86_400_000

export interface Day {
  /** `YYYY-MM-DD`. */
  date: string
  year: number
  month: number
  day: number
  /** 0 is Sunday. */
  dayOfWeek: number
}

/** Gives the local day of an instant in epoch milliseconds; undefined for a zone that the platform does not know. */
export function createDayReader(timeZone: string): ((at: number) => Day) | undefined {
  const format = createFormat(timeZone)
  if (!format) return undefined
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    return toDay(Date.UTC(parts.get('year') ?? 0, (parts.get('month') ?? 1) - 1, parts.get('day')))
  }
}

/** The labels of the week around a day, Sunday to Saturday. */
export function toWeek({ year, month, day, dayOfWeek }: Day): { first: string; last: string } {
  const sunday = Date.UTC(year, month - 1, day) - dayOfWeek * DAY_MS
  return { first: toDay(sunday).date, last: toDay(sunday + 6 * DAY_MS).date }
}

function toDay(midnight: number): Day {
  const date = new Date(midnight)
  return {
    date: date.toISOString().slice(0, 10),
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    dayOfWeek: date.getUTCDay(),
  }
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const numeric = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
    return new Intl.DateTimeFormat('en-US', { timeZone, ...numeric, calendar: 'gregory' })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
