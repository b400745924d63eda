// Set-up of every file in test/browser: each fails with the reason if there is no build or no browser.

import { inject } from 'vitest'
import { requireBuild } from './require-build.ts'

requireBuild()
if (inject('browserError')) throw new Error(inject('browserError'))
