// A sound of a given length as a data address, made here so that no file of somebody else's is needed.

const SAMPLES_PER_SECOND = 8_000

/** A quiet hum in a WAV (RIFF, PCM, mono, 8 bits a sample). */
export function toSound(ms: number): string {
  const samples = Math.round((ms / 1_000) * SAMPLES_PER_SECOND)
  const file = Buffer.alloc(44 + samples, 128)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + samples, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  file.writeUInt32LE(SAMPLES_PER_SECOND, 28)
  file.writeUInt16LE(1, 32)
  file.writeUInt16LE(8, 34)
  file.write('data', 36)
  file.writeUInt32LE(samples, 40)
  for (let index = 0; index < samples; index += 1) file[44 + index] = 128 + ((index >> 3) % 8)
  return `data:audio/wav;base64,${file.toString('base64')}`
}
