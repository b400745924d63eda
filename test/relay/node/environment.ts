/** An environment in which `stint relay` starts, with secrets that a test can look for. */
export const ENVIRONMENT = {
  TIMEBACK_ENV: 'staging',
  TIMEBACK_CLIENT_ID: 'client-1',
  TIMEBACK_CLIENT_SECRET: 'hunter2-of-timeback',
  STINT_SECRET: 'hunter2-that-signs-all-the-grants-here',
  STINT_API_KEY: 'hunter2-for-servers',
  STINT_SENSOR: 'https://app.example',
  STINT_APP_NAME: 'Example App',
  STINT_COURSES: '[{"sourcedId":"math-5","subject":"Math","grade":5}]',
  STINT_IDENTIFY: './identify.mjs',
}
