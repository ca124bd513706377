import { describe, expect, it } from 'vitest'
import { indexGraph } from '@/lib/mesh/graph/graph-index'
import { cluster, compiledFixture, snapshotFixture, virtualService } from '@/lib/mesh/graph/graph-fixture'
import { layoutMap } from '@/lib/mesh/graph/layout'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import { drawMap } from './map-drawing'
import { editLink, newVirtualServiceLink } from './map-links'
import { fitText, pictureScale, toSvg } from './map-picture'
import { isHost } from './new-virtual-service'
import { stepDensity } from './map-legend'

const graph = mapGraph({
  snapshot: snapshotFixture(), problems: [], gateways: [], open: ['all'], filter: '', namespaces: [], limit: null, focus: null,
  compiled: [compiledFixture([{ host: 'a.example.com', routes: [{ route: { match: { safe_regex: { regex: '/<b>&' } }, route: { cluster: cluster('web', 80) } }, from: { resource: virtualService('shop', 'web'), path: 'spec.http[0]' } }] }])],
})
const layout = layoutMap(graph, { width: 1440, density: 'line' })
const svg = toSvg(drawMap(indexGraph(graph), layout, 1440), { width: 1440, height: layout.height, title: 'Map of <gw>', inks: (ink) => `rgb(${ink.length} 0 0)` })

describe('the exported picture', () => {
  it('holds the whole map, stands by itself and escapes what the cluster says', () => {
    expect(svg).toContain('~/&lt;b&gt;&amp;')
    expect(svg).toContain('<title>Map of &lt;gw&gt;</title>')
    expect(svg).toContain('a.example.com')
    expect(svg).not.toContain('var(')
    expect(svg).not.toContain('<b>')
    expect(svg.match(/<path /g)?.length).toBeGreaterThan(layout.edges.length)
  })

  it('cuts what does not fit, and fits a canvas however long the map is', () => {
    expect(fitText({ kind: 'text', x: 0, y: 0, text: 'abcdefghij', ink: 'text-1', mono: true, bold: false, align: 'start', strike: false, room: 36 })).toBe('abcd…')
    expect(pictureScale(1440, 900)).toBe(2)
    expect(1_000_000 * pictureScale(1440, 1_000_000)).toBeLessThanOrEqual(32_000)
  })
})

describe('the ways out of the map', () => {
  it('lead to the editor of a host, at a rule, or with a new VirtualService', () => {
    expect(editLink('c', { gateway: 'istio-system/gw', name: '*.example.com' }, 3)).toBe('/c/c/edit/istio-system/gw/*.example.com?rule=3')
    expect(newVirtualServiceLink('c', 'istio-system/gw', 'a.example.com')).toBe('/c/c/edit/istio-system/gw/a.example.com?new=1')
  })

  it.each([['a.example.com', true], ['*.example.com', true], ['*', false], ['a..b', false], ['A.b', false], ['a_b', false]])('takes %s as a host: %s', (text, is) => {
    expect(isHost(text)).toBe(is)
  })

  it('steps through the densities and stops at the ends', () => {
    expect([stepDensity('line', 1), stepDensity('detail', 1), stepDensity('line', -1), stepDensity('strip', -1)]).toEqual(['detail', 'detail', 'strip', 'strip'])
  })
})
