import { randomBytes } from 'node:crypto'

/** Numbers in [0, 1): mulberry32 from a seed, so that a run can be repeated; without one the seed is random. */
export function createRandom(seed = randomBytes(4).readUInt32BE(0)): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
