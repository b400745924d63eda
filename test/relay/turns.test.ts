import { expect, it } from 'vitest'
import { createTurns } from '../../src/relay/turns.ts'

/** What is asked for goes on until it is ended by its number. */
function openTurns(limits: { most: number; mostEach: number }) {
  const turns = createTurns(limits)
  const going = new Map<number, () => void>()
  let asked = 0
  return {
    ask: (name: string) => {
      const number = asked++
      return turns.take(name, async () => {
        await new Promise<void>((resolve) => going.set(number, resolve))
        going.delete(number)
        return number
      })
    },
    goOn: async () => {
      for (let n = 0; n < 10; n += 1) await Promise.resolve()
      return [...going.keys()]
    },
    end: (number: number) => going.get(number)?.(),
  }
}

it('who comes beyond the most of all waits, and comes in order', async () => {
  const { ask, goOn, end } = openTurns({ most: 2, mostEach: 2 })
  const all = ['ada', 'ben', 'cleo', 'dov'].map(ask)
  expect(await goOn()).toEqual([0, 1])
  end(1)
  expect(await goOn()).toEqual([0, 2])
  end(0)
  end(2)
  expect(await goOn()).toEqual([3])
  end(3)
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3])
})

it('who comes beyond the most of one name is turned away, until one of its own has ended', async () => {
  const { ask, goOn, end } = openTurns({ most: 2, mostEach: 2 })
  const [first, second, third] = ['ada', 'ada', 'ada'].map(ask)
  expect([first, second, third].map((one) => one === undefined)).toEqual([false, false, true])
  await goOn()
  end(0)
  await first
  expect(ask('ada')).toBeDefined()
  expect(ask('ada')).toBeUndefined()
})

it('who waits counts among those of its name: one name fills no queue', () => {
  const { ask } = openTurns({ most: 1, mostEach: 2 })
  ask('ben')
  expect(['ada', 'ada', 'ada'].map(ask).map((one) => one === undefined)).toEqual([
    false,
    false,
    true,
  ])
})

it('what fails gives its turn back', async () => {
  const turns = createTurns({ most: 1, mostEach: 1 })
  const fail = async () => {
    throw new Error('no')
  }
  await expect(turns.take('ada', fail)).rejects.toThrow('no')
  await expect(turns.take('ada', async () => 'yes')).resolves.toBe('yes')
})
