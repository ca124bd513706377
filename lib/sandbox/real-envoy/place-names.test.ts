import { describe, expect, it } from 'vitest'
import { createPlaceNames } from './place-names'

/** A gateway pod whose own Service has it as an endpoint: one loopback port, two names. */
const names = createPlaceNames({
  endpointPorts: { '10.244.0.9:8080': 41001, '10.244.1.7:80': 41002 },
  listeners: new Map([[8080, 41001], [8443, 41003]]),
  podIp: '10.244.0.9',
})
const at = (port_value: number, address = '127.0.0.1') => ({ socket_address: { address, port_value } })
const listenerType = 'type.googleapis.com/envoy.config.listener.v3.Listener'

describe('the names of places in real Envoy’s answers', () => {
  it('gives a listener its wildcard address, also where the pod is an endpoint on that port', () => {
    const dump = (port: number, address?: string) => ({ active_state: { listener: { '@type': listenerType, address: at(port, address) } } })
    expect(names.restoreJson(dump(41001))).toEqual(dump(8080, '0.0.0.0'))
    expect(names.restoreJson(dump(41003))).toEqual(dump(8443, '0.0.0.0'))
    expect(names.restoreJson({ listener_statuses: [{ name: 'a', local_address: at(41001) }] })).toEqual({ listener_statuses: [{ name: 'a', local_address: at(8080, '0.0.0.0') }] })
  })

  it('gives an endpoint its pod’s address, also where it is this pod', () => {
    expect(names.restoreJson({ endpoint: { address: at(41001) } })).toEqual({ endpoint: { address: at(8080, '10.244.0.9') } })
    expect(names.restoreJson({ host_statuses: [{ address: at(41002) }] })).toEqual({ host_statuses: [{ address: at(80, '10.244.1.7') }] })
  })

  it('names a place inside a listener’s filters as everywhere else', () => {
    const listener = (port: number, address?: string) => ({ '@type': listenerType, address: at(41003), filter_chains: [{ peer: at(port, address) }] })
    expect(names.restoreJson(listener(41002))).toEqual({ ...listener(80, '10.244.1.7'), address: at(8443, '0.0.0.0') })
  })

  it('leaves what is nobody’s, and names the pod in a line of text', () => {
    expect(names.restoreJson(at(1))).toEqual(at(1))
    expect(names.restoreText('"127.0.0.1:41003" 127.0.0.1:41002 127.0.0.1:9')).toBe('"10.244.0.9:8443" 10.244.1.7:80 127.0.0.1:9')
  })
})
