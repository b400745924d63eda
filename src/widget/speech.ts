/** In which language the widget speaks: `data-lang`, then the page's own, then English. */
import { createFormat, type Format } from './format.ts'
import { english, type Words } from './strings.ts'

export interface Speech {
  words: Words
  format: Format
  lang: string
  dir: 'ltr' | 'rtl'
}

const RTL = /^(ar|arc|ckb|dv|fa|he|ks|ps|sd|ug|ur|yi)\b/i

/**
 * The host's own words are taken to be in the language asked for. Never rejects: what can't be had is English. A page's
 * first `Intl` takes a browser some ms, so that it gets a task of its own, between mounting and drawing.
 */
export async function loadSpeech(asked?: string, given?: Partial<Words>): Promise<Speech> {
  await untilNextTask()
  const speech = await chooseSpeech(asked ?? document.documentElement.lang, given)
  await untilNextTask()
  return speech
}

const untilNextTask = () => new Promise((resolve) => setTimeout(resolve))

async function chooseSpeech(asked: string, given?: Partial<Words>): Promise<Speech> {
  if (given) {
    const own = Object.entries(given).filter(([, word]) => typeof word === 'string')
    return toSpeech({ ...english, ...Object.fromEntries(own) }, asked)
  }
  if (!/^es\b/i.test(asked)) return toSpeech(english, /^en\b/i.test(asked) ? asked : 'en')
  try {
    return toSpeech((await import('./es.ts')).spanish, asked)
  } catch {
    return toSpeech(english, 'en')
  }
}

function toSpeech(words: Words, asked: string): Speech {
  const lang = isLanguage(asked) ? asked : 'en'
  return { words, lang, format: createFormat(lang), dir: RTL.test(lang) ? 'rtl' : 'ltr' }
}

/** Whether `Intl` can make something of it: a page's `lang` may be anything. */
function isLanguage(lang: string): boolean {
  try {
    return Intl.getCanonicalLocales(lang).length > 0
  } catch {
    return false
  }
}
