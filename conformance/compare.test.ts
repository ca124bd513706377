import { describe, expect, it } from 'vitest'
import { firstDifference } from './compare'

const none = { listeners: [], routes: [], clusters: [] }
const route = (...hosts: readonly object[]) => ({ ...none, routes: [{ name: 'http.8080', virtual_hosts: hosts }] })

describe('comparing a configuration with Pilot\'s', () => {
  it('does not look at the order of resources and virtual hosts', () => {
    const clusters = [{ name: 'a', type: 'EDS' }, { name: 'b' }]
    expect(firstDifference({ ...none, clusters }, { ...none, clusters: [...clusters].reverse() })).toBeUndefined()
    expect(firstDifference(route({ name: 'a:80' }, { name: 'b:80' }), route({ name: 'b:80' }, { name: 'a:80' }))).toBeUndefined()
  })

  it('looks at the order of routes', () => {
    const [first, second] = [{ match: { prefix: '/a' } }, { match: { prefix: '/' } }]
    expect(firstDifference(route({ name: 'a:80', routes: [first, second] }), route({ name: 'a:80', routes: [second, first] }))).toEqual({ path: 'routes/http.8080/virtual_hosts/a:80/routes[0]/match/prefix', pilot: '/a', meridian: '/' })
  })

  it('names what is missing, and what is too much', () => {
    expect(firstDifference(route({ name: 'a:80' }), route())?.path).toBe('routes/http.8080/virtual_hosts/a:80')
    expect(firstDifference(none, { ...none, clusters: [{ name: 'x' }] })).toEqual({ path: 'clusters/x', pilot: undefined, meridian: { name: 'x' } })
  })

  it('counts copies of one name', () => {
    expect(firstDifference({ ...none, listeners: [{ name: 'l' }, { name: 'l' }] }, { ...none, listeners: [{ name: 'l' }] })?.path).toBe('listeners/l (2)')
  })
})
