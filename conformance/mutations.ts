import { parseArgs } from 'node:util'
import { tryBadInput } from './bad-input'
import { runMain, UsageError } from './process/usage-error'

const usage = `usage: npm run conformance:mutations -- [--objects N] [--seed S]
Puts N objects with values of wrong types, prototype keys, huge numbers and deep nesting through compile, analyse, the
gateways' list, the map, the host table, the validator and simulate. Nothing may throw.`

await runMain(() => {
  const { values } = parseArgs({ options: { objects: { type: 'string', default: '5000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } } })
  const [wanted, first] = [Number(values.objects), Number(values.seed)]
  if (!Number.isInteger(wanted) || !Number.isInteger(first)) throw new UsageError(usage)
  const stacks = new Map<string, number>()
  let [objects, unreadable, seed, slowest] = [0, 0, first, 0]
  for (; objects < wanted; seed += 1) {
    const begun = performance.now()
    const result = tryBadInput(seed)
    slowest = Math.max(slowest, performance.now() - begun)
    objects += result.objects
    unreadable += result.unreadable
    if (result.threw === undefined) continue
    const shape = result.threw.split('\n').slice(0, 3).join('\n')
    if (!stacks.has(shape)) console.log(`seed ${seed}: ${shape}`)
    stacks.set(shape, (stacks.get(shape) ?? 0) + 1)
  }
  const threw = [...stacks.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${objects} changed objects in ${seed - first} meshes from seed ${first}: ${threw} meshes threw, ${unreadable} of Istio's objects told as unreadable, the slowest mesh ${Math.round(slowest)} ms`)
  return Promise.resolve(threw === 0 ? 0 : 1)
})
