// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { spanish } from '../../src/widget/es.ts'
import { readWords } from '../../src/widget/options.ts'
import { loadSpeech } from '../../src/widget/speech.ts'
import { english, fill } from '../../src/widget/strings.ts'

afterEach(() => {
  document.documentElement.lang = ''
  document.body.replaceChildren()
})

const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted()

describe('the language', () => {
  it('is the one asked for, before the page’s', async () => {
    document.documentElement.lang = 'es'
    expect(await loadSpeech('en-GB')).toMatchObject({ lang: 'en-GB', words: english, dir: 'ltr' })
  })

  it('is the page’s own where nothing is asked for', async () => {
    document.documentElement.lang = 'es-MX'
    expect(await loadSpeech()).toMatchObject({ lang: 'es-MX', words: spanish })
  })

  it.each(['', 'fr', 'not a language', 'est'])(
    'is English where the page says “%s”',
    async (lang) => {
      document.documentElement.lang = lang
      expect(await loadSpeech()).toMatchObject({ lang: 'en', words: english })
    },
  )

  it('is the host’s, with its own direction and numbers, where it has words for it', async () => {
    const { words, lang, dir, format } = await loadSpeech('ar-EG', { pause: 'وقفة' })
    expect([words.pause, words.resume]).toEqual(['وقفة', english.resume])
    expect([lang, dir]).toEqual(['ar-EG', 'rtl'])
    expect(format.number(7)).toBe('٧')
  })

  it('of host’s words without a language that makes sense is English’s way with numbers', async () => {
    expect(await loadSpeech('not a language', { pause: 'Hush' })).toMatchObject({ lang: 'en' })
  })
})

describe('the host’s words', () => {
  it('may be in the page, as data that nothing runs', () => {
    document.body.innerHTML =
      '<script type="application/json" id="words">{ "pause": "Hush" }</script>'
    expect(readWords('words')).toEqual({ pause: 'Hush' })
  })

  it.each(['nowhere', 'broken'])('that can’t be read (%s) are named in the console', (id) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    document.body.innerHTML = '<script type="application/json" id="broken">{</script>'
    expect(readWords(id)).toBeUndefined()
    expect(error.mock.calls.join()).toContain(`#${id}`)
    error.mockRestore()
  })
})

describe('every language', () => {
  it('has every word, and the same values in it', () => {
    expect(Object.keys(spanish)).toEqual(Object.keys(english))
    for (const name of Object.keys(english) as (keyof typeof english)[]) {
      expect(spanish[name]).not.toBe('')
      expect(names(spanish[name])).toEqual(names(english[name]))
    }
  })

  it('speaks of time kindly', () => {
    const all = [...Object.values(english), ...Object.values(spanish)].join(' ').toLowerCase()
    for (const word of ['waste', 'idle', 'lazy', 'cheat', 'inactiv', 'perdid', 'ocios']) {
      expect(all).not.toContain(word)
    }
  })
})

it('a text is filled with what there is', () => {
  expect(fill('{done} of {all}', { done: '4', all: '5' })).toBe('4 of 5')
  expect(fill('{done} of {all}', { done: '4' })).toBe('4 of {all}')
})
