/**
 * Facts as flat rows, one for each event, with every column that the real rows have. Seconds are strings with two
 * decimals, as they come out of a database.
 */
import { readAt, readReference, readText } from '../oneroster/rows.ts'
import type { Rows } from '../oneroster/rows.ts'
import type { Day } from './days.ts'
import type { Fact } from './facts.ts'

/** Source: Timeback EduBridge OpenAPI, weekly facts; the official SDK and a public reader for their types. */
export function toWeeklyRow(rows: Rows, fact: Fact, id: number, { date, ...parts }: Day) {
  return {
    id,
    ...toWho(fact),
    ...toWhere(rows, fact),
    date,
    datetime: fact.datetime,
    subject: fact.subject,
    app: fact.app,
    activityId: fact.activityId,
    activityName: fact.activityName,
    totalQuestions: fact.totalQuestions,
    correctQuestions: fact.correctQuestions,
    xpEarned: fact.xpEarned,
    masteredUnits: fact.masteredUnits,
    activeSeconds: toSeconds(fact.activeSeconds),
    inactiveSeconds: toSeconds(fact.inactiveSeconds),
    wasteSeconds: toSeconds(fact.wasteSeconds),
    source: fact.source,
    alphaLevel: null,
    generatedAt: fact.generatedAt,
    sendTime: fact.sendTime,
    sensor: fact.sensor,
    eventType: fact.eventType,
    ...parts,
  }
}

function toWho({ learner }: Fact) {
  return {
    email: learner['email'] ?? null,
    username: learner['username'] ?? null,
    userId: learner.sourcedId,
    userGivenName: learner['givenName'] ?? null,
    userFamilyName: learner['familyName'] ?? null,
    userGrade: readAt(learner, 'grades')[0] ?? null,
  }
}

function toWhere(rows: Rows, { course, enrollment }: Fact) {
  const campusId = enrollment ? readReference(enrollment, 'school') : undefined
  return {
    courseId: course?.sourcedId ?? null,
    courseName: course?.['title'] ?? null,
    campusId: campusId ?? null,
    campusName: readText(rows.find('orgs', campusId ?? ''), 'name') ?? null,
    enrollmentId: enrollment?.sourcedId ?? null,
  }
}

function toSeconds(value: number | null): string | null {
  return value === null ? null : value.toFixed(2)
}
