/** Facts added up by local day, subject and app. A day without any is absent, not zero. */
import type { Day } from './days.ts'
import type { Fact } from './facts.ts'

interface Sums {
  activityMetrics: {
    xpEarned: number
    totalQuestions: number
    correctQuestions: number
    masteredUnits: number
  }
  timeSpentMetrics: { activeSeconds: number; inactiveSeconds: number; wasteSeconds: number }
  apps: string[]
}

type ByKey<T> = Record<string, T>

export interface DailyFacts {
  /** By date, then by subject. */
  facts: ByKey<ByKey<Sums>>
  /** By date, subject, then app. */
  factsByApp: ByKey<ByKey<ByKey<Omit<Sums, 'apps'>>>>
}

/** Source: Timeback EduBridge OpenAPI, daily activity. */
export function sumByDay(facts: readonly Fact[], toDay: (at: number) => Day): DailyFacts {
  const daily: DailyFacts = { facts: {}, factsByApp: {} }
  for (const fact of facts) {
    const { date } = toDay(fact.at)
    const { subject, app } = fact
    const sums = ((daily.facts[date] ??= {})[subject] ??= { ...createSums(), apps: [] })
    if (!sums.apps.includes(app)) sums.apps.push(app)
    const byApp = ((daily.factsByApp[date] ??= {})[subject] ??= {})
    add(sums, fact)
    add((byApp[app] ??= createSums()), fact)
  }
  return daily
}

function createSums(): Omit<Sums, 'apps'> {
  return {
    activityMetrics: { xpEarned: 0, totalQuestions: 0, correctQuestions: 0, masteredUnits: 0 },
    timeSpentMetrics: { activeSeconds: 0, inactiveSeconds: 0, wasteSeconds: 0 },
  }
}

function add({ activityMetrics: work, timeSpentMetrics: time }: Omit<Sums, 'apps'>, fact: Fact) {
  work.xpEarned += fact.xpEarned ?? 0
  work.totalQuestions += fact.totalQuestions ?? 0
  work.correctQuestions += fact.correctQuestions ?? 0
  work.masteredUnits += fact.masteredUnits ?? 0
  time.activeSeconds += fact.activeSeconds ?? 0
  time.inactiveSeconds += fact.inactiveSeconds ?? 0
  time.wasteSeconds += fact.wasteSeconds ?? 0
}
