// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { cluster, compiledFixture, snapshotFixture, virtualService } from '@/lib/mesh/graph/graph-fixture'
import { indexGraph } from '@/lib/mesh/graph/graph-index'
import { mapGraph } from '@/lib/mesh/graph/map-graph'
import type { Problem } from '@/lib/mesh/problem'
import { MapCrumb } from './map-crumb'
import { MapInspector } from './map-inspector'
import { MapPhone } from './map-phone'

afterEach(cleanup)

const rule = (prefix: string, path: string, clusters: readonly (readonly [string, number])[], more: object = {}) => ({
  route: { match: { prefix }, route: { weighted_clusters: { clusters: clusters.map(([name, weight]) => ({ name, weight })) }, ...more } }, from: { resource: virtualService('shop', 'storefront'), path },
})
const dead: Problem = { code: 'MER014', severity: 'warning', subject: virtualService('shop', 'storefront'), path: 'spec.http[1].match[0]', params: { host: 'shop.example.com', rule: '2', byRule: '1', by: 'shop/storefront', byPath: 'spec.http[0].match[0]', request: 'GET /cart/beta/x' } }
const index = indexGraph(mapGraph({
  snapshot: snapshotFixture(), problems: [dead], gateways: [], open: ['all'], filter: '', namespaces: [], limit: null, focus: null,
  compiled: [compiledFixture([{ host: 'shop.example.com', routes: [rule('/cart/', 'spec.http[0].match[0]', [[cluster('cart', 80, 'v1'), 90], [cluster('cart', 80, 'v2'), 10]], { timeout: '3s' }), rule('/cart/beta/', 'spec.http[1].match[0]', [[cluster('cart', 80, 'v2'), 1]])] }])],
}))
const text = (element: Element | null): string => element?.textContent ?? ''

describe('the path in words', () => {
  it('reads as a sentence from the port to the pods', () => {
    const { container } = render(<MapCrumb index={index} at="rule:shop.example.com:443#1" pinned only={false} />)
    expect(text(container)).toBe(':443https *shop.example.comrule 1 /cart/*90 % cart·v1:80, 0 of 0 pods, 10 % cart·v2:80, 1 of 2 podspinned Esc')
  })

  it('says that a rule is never reached, and counts when nothing is chosen', () => {
    expect(text(render(<MapCrumb index={index} at="rule:shop.example.com:443#2" pinned={false} only={false} />).container)).toContain('never reached, by rule 1')
    cleanup()
    expect(text(render(<MapCrumb index={index} at={null} pinned={false} only={false} />).container)).toBe('3 hosts, 4 rules, 3 servers')
  })
})

describe('the inspector', () => {
  it('says when, where to, also and from what of a rule, and leads to the editor at this rule', () => {
    const { container } = render(<MapInspector cluster="c" index={index} pin="rule:shop.example.com:443#1" onPin={vi.fn()} onClose={vi.fn()} />)
    expect(text(container.querySelector('dl'))).toBe('Whenpath starts /cart/Send90 %cart·v1:800 of 0 pods10 %cart·v2:801 of 2 podsAlsotimeout 3 sFromshop/storefront spec.http[0].match[0]Ownershop namespace')
    expect(screen.getByRole('link', { name: 'Edit' }).getAttribute('href')).toBe('/c/c/edit/istio-system/istio-ingressgateway/shop.example.com?rule=1')
  })

  it('shows a finding in words with the request that proves it', () => {
    const { container } = render(<MapInspector cluster="c" index={index} pin="rule:shop.example.com:443#2" onPin={vi.fn()} onClose={vi.fn()} />)
    expect(text(container)).toContain('shop.example.com rule 2 is never reached, because of rule 1')
    expect(text(container)).toContain('shown by GET /cart/beta/x')
  })

  it('shows the rules that are never reached because of this one', () => {
    const { container } = render(<MapInspector cluster="c" index={index} pin="rule:shop.example.com:443#1" onPin={vi.fn()} onClose={vi.fn()} />)
    expect(text(container)).toContain('MER014 rule 2shop.example.com rule 2 is never reached, because of rule 1')
  })

  it('lists what leads to a destination, and pins it on a click', () => {
    const onPin = vi.fn()
    render(<MapInspector cluster="c" index={index} pin={`to:${cluster('cart', 80, 'v2')}`} onPin={onPin} onClose={vi.fn()} />)
    fireEvent.click(screen.getByRole('button', { name: 'shop.example.com rule 1' }))
    expect(onPin).toHaveBeenCalledWith('rule:shop.example.com:443#1')
  })

  it('is nothing for what is not on the map', () => {
    expect(render(<MapInspector cluster="c" index={index} pin="host:nobody:443" onPin={vi.fn()} onClose={vi.fn()} />).container.innerHTML).toBe('')
  })
})

describe('the map on a phone', () => {
  it('shows one column at a time, the steps say what is chosen', () => {
    render(<MapPhone index={index} pinned="rule:shop.example.com:443#1" onPick={vi.fn()} onFold={vi.fn()} onMore={vi.fn()} />)
    expect(screen.getByRole('button', { current: 'step' }).textContent).toBe('Host, rule3 hosts')
    fireEvent.click(screen.getByRole('button', { name: /^To/ }))
    expect(text(screen.getByRole('region', { name: 'To' }))).toBe('cart·v1:800 of 0 podscart·v2:801 of 2 pods')
  })
})
