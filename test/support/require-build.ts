// Stops a test that needs `dist` when the build failed.

import { inject } from 'vitest'

export function requireBuild(): void {
  const buildError = inject('buildError')
  if (buildError) throw new Error(`npm run build failed:\n${buildError}`)
}
