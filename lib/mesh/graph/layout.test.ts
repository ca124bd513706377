import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cluster, compiledFixture, snapshotFixture, virtualService } from './graph-fixture'
import { layoutMap } from './layout'
import { layoutColumns } from './layout-columns'
import { assignLanes, edgePath, edgeRadius } from './layout-path'
import { placeColumn } from './layout-place'
import { edgeTiles, edgesBetween, itemsBetween } from './layout-window'
import { mapGraph } from './map-graph'
import type { MapGraph } from './model'

const hosts = fc.array(fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 }), { minLength: 0, maxLength: 6 }), { minLength: 1, maxLength: 25 })

function graphOf(shape: readonly (readonly (readonly number[])[])[]): MapGraph {
  const compiled = compiledFixture(shape.map((rules, host) => ({
    host: `h${host}.example.com`,
    routes: rules.map((clusters, index) => ({
      route: { match: { prefix: `/${index}/` }, route: { weighted_clusters: { clusters: clusters.map((number) => ({ name: cluster(`s${number}`, 80), weight: number + 1 })) } } },
      from: { resource: virtualService('shop', `vs${host}`), path: `spec.http[${index}]` },
    })),
  })))
  return mapGraph({ snapshot: snapshotFixture(), compiled: [compiled], problems: [], gateways: [], open: ['all'], filter: '', namespaces: [], limit: 100, focus: null })
}

describe('columns', () => {
  it('fit every width from 640 on, in order, without overlap', () => {
    fc.assert(fc.property(fc.integer({ min: 640, max: 4000 }), (width) => {
      const { entry, server, host, to, pods } = layoutColumns(width)
      const columns = [entry, server, host, to, pods]
      columns.slice(1).forEach((column, index) => {
        const left = columns[index]!
        expect(column.x).toBeGreaterThanOrEqual(left.x + left.width + (index === 3 ? 4 : 18))
      })
      expect(pods.x + pods.width).toBeLessThanOrEqual(width)
    }))
  })

  it('are those of the design beside the inspector', () => {
    expect(layoutColumns(1060)).toEqual({ entry: { x: 0, width: 112 }, server: { x: 160, width: 152 }, host: { x: 360, width: 384 }, to: { x: 836, width: 136 }, pods: { x: 988, width: 72 } })
  })
})

describe('placing a column', () => {
  const items = fc.array(fc.record({ target: fc.integer({ min: 0, max: 500 }), weight: fc.integer({ min: 1, max: 5 }), height: fc.constant(28) }), { minLength: 1, maxLength: 8 })

  it('never overlaps and keeps the order', () => {
    fc.assert(fc.property(items, (list) => {
      const tops = placeColumn(list, 12)
      tops.forEach((top, index) => { expect(top).toBeGreaterThanOrEqual(index === 0 ? 12 : (tops[index - 1] ?? 0) + 28) })
    }))
  })

  it('moves nothing that fits where it wants to be', () => {
    expect(placeColumn([{ target: 20, weight: 1, height: 28 }, { target: 60, weight: 1, height: 28 }, { target: 200, weight: 1, height: 28 }], 12)).toEqual([20, 60, 200])
  })

  it('keeps the heavy one level and moves the light ones, as the design shows', () => {
    expect(placeColumn([{ target: 96, weight: 0.9, height: 28 }, { target: 96, weight: 0.1, height: 28 }, { target: 152, weight: 1, height: 28 }], 12)).toEqual([96, 124, 152])
    expect(placeColumn([{ target: 68, weight: 0.1, height: 28 }, { target: 68, weight: 1, height: 28 }], 12)).toEqual([40, 68])
  })

  it('is never farther from the targets than any other placement on the grid', () => {
    const cost = (tops: readonly number[], list: readonly { readonly target: number; readonly weight: number }[]): number => list.reduce((sum, item, index) => sum + item.weight * Math.abs((tops[index] ?? 0) - item.target), 0)
    fc.assert(fc.property(items, fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 8, maxLength: 8 }), (list, guess) => {
      const other: number[] = []
      list.forEach((_, index) => other.push(Math.max(0, guess[index] ?? 0, index === 0 ? 0 : (other[index - 1] ?? 0) + 28)))
      expect(cost(placeColumn(list, 0), list)).toBeLessThanOrEqual(cost(other, list) + 1e-6)
    }))
  })
})

describe('edges', () => {
  it('are straight when level, else two arcs of at most the radius', () => {
    expect(edgePath({ x0: 0, y0: 10, x1: 92, y1: 10, lane: 30 })).toBe('M0 10H92')
    expect(edgePath({ x0: 0, y0: 10, x1: 92, y1: 110, lane: 30 })).toBe('M0 10H10A20 20 0 0 1 30 30V90A20 20 0 0 0 50 110H92')
    fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 }), (y0, y1) => {
      const radii = edgePath({ x0: 0, y0, x1: 92, y1, lane: 40 }).split('A').slice(1).map((arc) => Number.parseFloat(arc))
      expect(radii.every((radius) => radius <= edgeRadius)).toBe(true)
    }))
  })

  it('get lanes in which risers do not touch while there are enough', () => {
    fc.assert(fc.property(fc.array(fc.record({ from: fc.integer({ min: 0, max: 300 }), to: fc.integer({ min: 0, max: 300 }) }), { maxLength: 6 }), (risers) => {
      const lanes = assignLanes(risers, 6)
      risers.forEach((a, i) => risers.slice(i + 1).forEach((b, j) => {
        if (lanes[i] !== lanes[i + 1 + j]) return
        expect(Math.max(a.from, a.to) < Math.min(b.from, b.to) || Math.max(b.from, b.to) < Math.min(a.from, a.to)).toBe(true)
      }))
    }))
  })
})

describe('a whole layout', () => {
  it('draws each edge between things that stand on the map, in the gutter between their columns', () => {
    fc.assert(fc.property(hosts, fc.constantFrom('strip', 'line', 'detail'), fc.integer({ min: 640, max: 1800 }), (shape, density, width) => {
      const graph = graphOf(shape)
      const layout = layoutMap(graph, { width, density })
      const { host, to } = layout.columns
      for (const edge of layout.edges) {
        expect(edge.lane).toBeGreaterThanOrEqual(edge.x0)
        expect(edge.lane).toBeLessThanOrEqual(edge.x1)
        expect(Math.max(edge.y0, edge.y1)).toBeLessThanOrEqual(layout.height + 20)
        if (edge.to.startsWith('to:')) expect([edge.x0, edge.x1]).toEqual([host.x + host.width, to.x])
      }
      layout.rows.slice(1).forEach((row, index) => { expect(row.y).toBeGreaterThanOrEqual((layout.rows[index]?.y ?? 0) + (layout.rows[index]?.height ?? 0)) })
    }), { numRuns: 60 })
  })

  it('keeps a rule’s only edge level where nothing is in the way', () => {
    const layout = layoutMap(graphOf([[[1], [2], [3]]]), { width: 1060, density: 'line' })
    expect(layout.edges.filter((edge) => edge.kind === 'route' && edge.to.includes('|s')).every((edge) => edge.y0 === edge.y1)).toBe(true)
  })

  it('finds the same edges in a window as a look at all of them', () => {
    fc.assert(fc.property(hosts, fc.integer({ min: 0, max: 2000 }), (shape, top) => {
      const layout = layoutMap(graphOf(shape), { width: 1060, density: 'line' })
      const window = { top, bottom: top + 600 }
      const found = edgesBetween(layout, edgeTiles(layout), window).filter((edge) => edge.kind !== 'trunk')
      const expected = layout.edges.filter((edge) => edge.kind !== 'trunk' && Math.max(edge.y0, edge.y1) >= window.top - 10 && Math.min(edge.y0, edge.y1) <= window.bottom + 10)
      expect(new Set(found)).toEqual(new Set(expected))
      expect(itemsBetween(layout.destinations, 28, window)).toEqual(layout.destinations.filter((place) => place.y >= window.top - 28 && place.y < window.bottom))
    }), { numRuns: 40 })
  })
})
