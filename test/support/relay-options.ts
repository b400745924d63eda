// What a relay in a test needs and no test is about: who it is, one course, and Timeback's stand-in. Nothing is looked up.

import type { RelaySettings } from '../../src/relay/relay.ts'

export const toRelayOptions = (timebackOrigin: string, name: string): RelaySettings => ({
  secret: 'a secret of thirty-two characters!',
  sensor: 'https://app.example',
  app: { name },
  courses: [{ sourcedId: 'course-1', subject: 'Math', grade: 5 }],
  context: 'host',
  timeback: {
    environment: 'local',
    clientId: 'demo',
    clientSecret: 'demo-secret',
    endpoints: { tokenUrl: `${timebackOrigin}/oauth2/token`, caliperUrl: timebackOrigin },
  },
})
