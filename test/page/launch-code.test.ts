// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from 'vitest'
import { takeLaunchCode } from '../../src/page/launch-code.ts'

const PAGE = 'https://school.example//lesson.html?unit=2'
const CODE = 'aB3-_x'

/** Opens an address, and takes the code. */
function open(fragment: string) {
  history.replaceState({ of: 'the host' }, '', PAGE + fragment)
  return takeLaunchCode()
}

beforeEach(() => location.replace(PAGE))

describe('the code of a launch', () => {
  it.each([
    [`#stint=${CODE}`, ''],
    [`#part-2&stint=${CODE}`, '#part-2'],
    [`#stint=${CODE}&part-2`, '#part-2'],
    [`#/route?a=1&stint=${CODE}&b=2`, '#/route?a=1&b=2'],
  ])('in %s is taken out, and %j stays', (fragment, rest) => {
    expect(open(fragment)).toBe(CODE)
    expect(location.href).toBe(PAGE + rest)
    expect(history.state).toEqual({ of: 'the host' })
    expect(takeLaunchCode()).toBeUndefined()
  })

  it.each(['', '#part-2', '#stint=', '#unstint=x', '#stints=x'])(
    'is not in %j, and nothing is touched',
    (fragment) => {
      expect(open(fragment)).toBeUndefined()
      expect(location.href).toBe(PAGE + fragment)
    },
  )
})
