import { describe, expect, it } from 'vitest'
import { readCases, readExpected } from '@/conformance/case-file'
import { firstDifference } from '@/conformance/compare'
import { plainFeatures } from '@/conformance/judge'
import { memorySurroundings } from './memory-output'
import { run } from './run'

describe('compile prints what Pilot was recorded to send', () => {
  it.each(readCases().map((one) => [one.name, one] as const))('%s', async (_, one) => {
    const memory = memorySurroundings(one.yaml)
    const features = { ...(one.features === 'plain' ? plainFeatures : {}), ...one.env }
    const given = Object.entries(features).map(([name, value]) => `${name}=${value}`).join(',')
    const labels = Object.entries(one.proxy.labels).map(([name, value]) => `${name}=${value}`).join(',')
    const expected = readExpected(one.name)
    expect(await run(['compile', '-f', '-', '--labels', labels, '-n', one.proxy.namespace, ...(given === '' ? [] : ['--features', given])], memory.surroundings)).toBe(expected.unreadable.length > 0 ? 2 : 0)
    const { listeners, routeConfigurations, clusters } = JSON.parse(memory.printed())
    expect(firstDifference(expected, { listeners, routes: routeConfigurations, clusters })).toBeUndefined()
  })
})
