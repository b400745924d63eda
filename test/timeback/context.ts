/** The learner, activity and course of the golden payloads: all values invented. */
import type { EventContext } from '../../src/timeback/caliper.ts'

export const CONTEXT: EventContext = {
  actor: { sourcedId: 'u1', email: 's@example.org' },
  activity: { id: 'lesson-1', name: 'Lesson 1' },
  course: { sourcedId: 'c1', name: 'MATH-3' },
  subject: 'Math',
  grade: 3,
  app: { name: 'My App' },
  sensor: 'https://app.example',
  runId: 'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  idBase: 'https://api.alpha-1edtech.ai',
}

export const TIME_SPENT_ID = '6b1d2a54-0f3e-4c11-9a77-2f0c5d1e8b42'
export const ACTIVITY_ID = '0d9c4b7e-3a51-4f86-b2d0-6c1e8f7a9352'

export const TIME_SPENT = {
  id: TIME_SPENT_ID,
  generatedId: '77aa10c2-5b0e-4d3f-8c1a-9e4f6b7d2a10',
  eventTime: Date.UTC(2026, 0, 27, 10, 3, 0),
  context: CONTEXT,
  items: [
    { metric: 'active', ms: 14_200 },
    { metric: 'inactive', ms: 800 },
  ],
} as const

export const ACTIVITY = {
  id: ACTIVITY_ID,
  generatedId: 'c2f1e0d9-8b7a-4695-a483-716253443526',
  eventTime: Date.UTC(2026, 0, 27, 10, 10, 0),
  context: CONTEXT,
  process: true,
  attempt: 1,
  metrics: { xpEarned: 8, totalQuestions: 10, correctQuestions: 8, masteredUnits: 1 },
  pctCompleteApp: 40,
} as const
