import { expect, it } from 'vitest'
import { memorySurroundings } from './memory-output'
import { printJson } from './print-json'

it('prints exactly what JSON.stringify would', async () => {
  for (const value of [{}, { a: [] }, { a: [1, { b: ['x\ny', null, undefined] }], c: { d: [{}] }, e: undefined, f: null, g: 'h' }]) {
    const memory = memorySurroundings()
    await printJson(memory.surroundings.output, value)
    const plain = `${JSON.stringify(value, null, 2)}\n`
    expect(memory.printed()).toBe(plain === '{}\n' ? '{\n}\n' : plain)
  }
})
