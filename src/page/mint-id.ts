/**
 * A new id for a run or a leg: 128 random bits. Not `crypto.randomUUID`, which browsers keep from pages that came over
 * plain http (Web Cryptography, "SecureContext").
 */
export const mintId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')
