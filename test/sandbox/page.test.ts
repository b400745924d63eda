// @vitest-environment happy-dom
import { runInNewContext } from 'node:vm'
import { beforeEach, describe, expect, it } from 'vitest'
import { completion, LEARNER, openClass, spentTime, toUrl } from './school-events.ts'

const STATE_URL = 'http://sandbox.test/_sandbox/state'

/** The page's own script in its own document; the test says when the second between two looks is over. */
async function openPage() {
  const school = await openClass()
  const { sandbox } = school
  const page = await (await sandbox.fetch(new Request('http://sandbox.test/'))).text()
  document.documentElement.innerHTML = page.replace(/<script>[^]*<\/script>/, '')
  const script = /<script>([^]*)<\/script>/.exec(page)?.[1] ?? ''

  // The script asks for its next look when it is done with one.
  let waits = createWait()
  let isDown = false
  const looks: string[] = []
  runInNewContext(script, {
    document,
    setTimeout: (callback: () => void) => waits.resolve(callback),
    fetch: async (url: string) => {
      looks.push(url)
      if (isDown) throw new TypeError('no network')
      return sandbox.fetch(new Request(STATE_URL))
    },
  })
  await waits.promise
  return {
    ...school,
    looks,
    /** One look more. */
    async look() {
      const again = await waits.promise
      waits = createWait()
      again()
      await waits.promise
    },
    breakDown: () => void (isDown = true),
  }
}

function createWait() {
  const settle: ((callback: () => void) => void)[] = []
  const promise = new Promise<() => void>((resolve) => settle.push(resolve))
  return { promise, resolve: (callback: () => void) => settle[0]?.(callback) }
}

const textOf = (selector: string) => document.querySelector(selector)?.textContent
const textsOf = (selector: string) =>
  [...document.querySelectorAll(selector)].map(({ textContent }) => textContent)
const nameOf = (card: Element | null) => card?.querySelector('h3')?.textContent

beforeEach(() => {
  document.documentElement.innerHTML = ''
})

describe('the page', () => {
  it('shows every learner with the courses, and says that nothing came yet', async () => {
    const { looks } = await openPage()
    expect(looks).toEqual(['/_sandbox/state'])
    expect(textOf('#link')).toBe('live')
    expect(document.querySelectorAll('#learners article')).toHaveLength(0)
    expect(document.querySelectorAll('#others article')).toHaveLength(15)
    expect(textsOf('#others article:first-child .chip')).toEqual(['Math 5', 'Reading 5'])
    expect(textOf('#others-count')).toBe('15')
    expect(textOf('#events + .empty')).toBe('No event has come yet.')
    expect(document.querySelector<HTMLElement>('#events')?.hidden).toBe(true)
  })

  it('shows what came at its next look', async () => {
    const { tell, look } = await openPage()
    await tell(spentTime(), completion())
    await look()
    expect(textOf('#events-count')).toBe('2')
    expect(textsOf('#events tbody tr:first-child td').slice(1)).toEqual([
      'Activity',
      'Mira Halloway',
      'Lesson 1',
      'xpEarned 8, totalQuestions 10, correctQuestions 8, masteredUnits 1',
    ])
    expect(textsOf('#results tbody td').slice(0, 5)).toEqual([
      'Mira Halloway',
      'Lesson 1',
      '80',
      '1',
      '8',
    ])
    expect(textsOf('#learners article:first-child .xp *')).toEqual(['8 XP', '9 min 00 s active'])
    expect(document.querySelector<HTMLElement>('#events')?.hidden).toBe(false)
  })

  it('labels each cell for a narrow screen, where there is no head', async () => {
    const { tell, look } = await openPage()
    await tell(spentTime())
    await look()
    const cells = document.querySelectorAll<HTMLElement>('#events tbody td')
    expect([...cells].map(({ dataset }) => dataset['label'])).toEqual([
      'Time',
      'Event',
      'Learner',
      'Activity',
      'Values',
    ])
  })

  it('touches nothing if nothing has changed', async () => {
    const { tell, look } = await openPage()
    await tell(spentTime())
    await look()
    const changes: MutationRecord[] = []
    const observer = new MutationObserver((records) => void changes.push(...records))
    observer.observe(document.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
    await look()
    await look()
    changes.push(...observer.takeRecords())
    observer.disconnect()
    expect(changes).toEqual([])
  })

  it('keeps the node of a row that stays, and shows apart who works', async () => {
    const { tell, look } = await openPage()
    await tell(spentTime())
    await look()
    const row = document.querySelector('#events tbody tr')
    const mira = document.querySelector('#learners article')
    expect(nameOf(mira)).toBe('Mira Halloway')
    const actor = { ...LEARNER, id: toUrl('users', 'learner-3'), email: 'aiko@school.example' }
    await tell(spentTime({ actor }))
    await look()
    expect(document.querySelectorAll('#events tbody tr')[1]).toBe(row)
    const cards = [...document.querySelectorAll('#learners article')]
    expect(cards[0]).toBe(mira)
    expect(cards.map(nameOf)).toEqual(['Mira Halloway', 'Aiko Sundqvist'])
    expect(textOf('#others-count')).toBe('13')
  })

  it('takes away what a reset took', async () => {
    const { sandbox, tell, look } = await openPage()
    await tell(spentTime(), completion())
    await look()
    sandbox.reset()
    await look()
    expect(document.querySelectorAll('#events tbody tr')).toHaveLength(0)
    expect(textOf('#events-count')).toBe('0')
  })

  it('shows the text of a learner as text', async () => {
    const { sandbox, put, look } = await openPage()
    const user = { ...sandbox.rows('users')[0], familyName: '<img src=x>' }
    await put('/ims/oneroster/rostering/v1p2/users/demo-learner', { user })
    await look()
    expect(nameOf(document.querySelector('#others article'))).toBe('Mira <img src=x>')
    expect(document.querySelector('img')).toBeNull()
  })

  it('names the faults that wait', async () => {
    const { sandbox, look } = await openPage()
    sandbox.faults.add({ on: 'powerpath', status: 500 })
    await look()
    expect(textsOf('#faults .chip')).toEqual(['fault on powerpath: answers 500, 1 times'])
  })

  it('says when the sandbox is gone, keeps what it has, and goes on asking', async () => {
    const { tell, look, breakDown, looks } = await openPage()
    await tell(spentTime())
    await look()
    breakDown()
    await look()
    expect(textOf('#link')).toBe('the sandbox does not answer')
    expect(document.querySelectorAll('#events tbody tr')).toHaveLength(1)
    await look()
    expect(looks).toHaveLength(4)
  })
})
