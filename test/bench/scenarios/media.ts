// Listening: twenty seconds of sound, and no other sign of the learner; then nothing at all.

import type { Scenario } from '../support/scenario.ts'
import { rest } from '../support/stage.ts'

const SOUND_SECONDS = 20
const RATE = 8_000

export const media: Scenario = {
  name: 'media',
  about: 'twenty seconds of sound without input, then idle',
  seconds: 28,
  bar: { share: 0.01 },
  async play(stage) {
    const tab = await stage.open({
      body: `<audio src="/tone.wav" preload="auto"></audio>
        <button id="play" onclick="document.querySelector('audio').play()">Play</button>`,
      files: {
        '/tone.wav': () => new Response(toTone(), { headers: { 'content-type': 'audio/wav' } }),
      },
    })
    await tab.click('#play')
    await rest(SOUND_SECONDS * 1_000 - 2_000)
    await tab.waitFor('heard the sound to its end', () =>
      benchFacts.some(({ type }) => type === 'ended'),
    )
    await rest(4_000)
    const outcome = await stage.finish([tab])
    const playedMs = toPlayedMs(outcome.facts[0]!)
    if (Math.abs(playedMs - SOUND_SECONDS * 1_000) > 500) {
      throw new Error(`The recorder has the sound play for ${playedMs} ms.`)
    }
    return outcome
  },
}

function toPlayedMs(facts: readonly { kind: string; at: number }[]): number {
  const from = facts.find(({ kind }) => kind === 'play')?.at ?? Number.NaN
  return (facts.find(({ kind, at }) => kind === 'stop' && at > from)?.at ?? Number.NaN) - from
}

/** A quiet sine as a WAV file: one channel of eight bits (RIFF, "WAVE_FORMAT_PCM"). */
function toTone(): Uint8Array<ArrayBuffer> {
  const samples = RATE * SOUND_SECONDS
  const bytes = new Uint8Array(44 + samples)
  const view = new DataView(bytes.buffer)
  const write = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  write(0, 'RIFF')
  view.setUint32(4, 36 + samples, true)
  write(8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, RATE, true)
  view.setUint32(28, RATE, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  write(36, 'data')
  view.setUint32(40, samples, true)
  for (let at = 0; at < samples; at += 1) {
    bytes[44 + at] = 128 + Math.round(20 * Math.sin((at * 2 * Math.PI * 440) / RATE))
  }
  return bytes
}
