import { expect, it } from 'vitest'
import { createPostLater, type FetchLater } from '../../src/page/post-later.ts'

const URL = 'https://relay.example/v1/entries'

/** A browser that keeps requests, and what of them it would send if the page ended now. */
function openBrowser() {
  const kept: { url: string; init: RequestInit }[] = []
  const fetchLater: FetchLater = (url, init) => void kept.push({ url, init })
  const toWaiting = () => kept.filter(({ init }) => !init.signal!.aborted)
  return { fetchLater, toWaiting }
}

it('keeps one request, without a cookie: the last', () => {
  const { fetchLater, toWaiting } = openBrowser()
  const postLater = createPostLater(URL, fetchLater)
  postLater('first')
  postLater('second')
  expect(toWaiting()).toMatchObject([
    { url: URL, init: { method: 'POST', body: 'second', credentials: 'omit' } },
  ])
})

it('keeps none without a body', () => {
  const { fetchLater, toWaiting } = openBrowser()
  const postLater = createPostLater(URL, fetchLater)
  postLater('first')
  postLater()
  expect(toWaiting()).toEqual([])
})

it('lets go of the one before only once the next is there: the page may end in between', () => {
  const { fetchLater, toWaiting } = openBrowser()
  const waitingAt: number[] = []
  const postLater = createPostLater(URL, (url, init) => {
    waitingAt.push(toWaiting().length)
    fetchLater(url, init)
  })
  postLater('first')
  postLater('second')
  expect(waitingAt).toEqual([0, 1])
})

it('lets go of the one before first where there is no room for two', () => {
  const { fetchLater, toWaiting } = openBrowser()
  const postLater = createPostLater(URL, (url, init) => {
    if (toWaiting().length) throw new DOMException('full', 'QuotaExceededError')
    fetchLater(url, init)
  })
  postLater('first')
  postLater('second')
  expect(toWaiting()).toMatchObject([{ init: { body: 'second' } }])
})

it('throws nothing where it may not, and tries again with the next', () => {
  const { fetchLater, toWaiting } = openBrowser()
  let isAllowed = false
  const postLater = createPostLater(URL, (url, init) => {
    if (!isAllowed) throw new DOMException('no', 'NotAllowedError')
    fetchLater(url, init)
  })
  postLater('first')
  isAllowed = true
  postLater('second')
  expect(toWaiting()).toMatchObject([{ init: { body: 'second' } }])
})
