import type { Json, JsonObject } from '@/lib/std/json'
import { isJsonObject } from '@/lib/std/json'

/** Pairs of what the mesh calls a place (`10.244.1.7:8080`) and where it is on 127.0.0.1. */
export interface PlaceNames {
  /** Port on 127.0.0.1 of an endpoint; undefined: nothing is there. */
  port(address: string, port: number): number | undefined
  /** Puts the mesh's names back into a line or a text answer. */
  restoreText(text: string): string
  /** Puts the mesh's names back into a JSON answer: socket addresses, and config sources that were files. */
  restoreJson(value: Json): Json
}

/** Names for endpoints and for the gateway's own listeners. */
export function createPlaceNames(parts: { readonly endpointPorts: Readonly<Record<string, number>>; readonly listeners: ReadonlyMap<number, number>; readonly podIp: string }): PlaceNames {
  const back = new Map<number, string>()
  for (const [name, port] of Object.entries(parts.endpointPorts)) back.set(port, name)
  const listening = new Map([...parts.listeners].map(([port, bound]) => [bound, port]))
  const listenerPlace = (port: number): string | undefined => {
    const listener = listening.get(port)
    return listener === undefined ? undefined : `0.0.0.0:${String(listener)}`
  }
  const restorePlace = (port: number, own: string): string | undefined => {
    const endpoint = back.get(port)
    if (endpoint !== undefined) return endpoint
    const listener = listening.get(port)
    return listener === undefined ? undefined : `${own}:${String(listener)}`
  }
  return {
    port: (address, port) => parts.endpointPorts[`${address}:${String(port)}`],
    restoreText: (text) => restoreText(text, (port) => restorePlace(port, parts.podIp)),
    restoreJson: (value) => restoreJson(value, { any: (port) => restorePlace(port, '0.0.0.0'), listener: (port) => listenerPlace(port) ?? restorePlace(port, '0.0.0.0') }),
  }
}

const LOOPBACK = '127.0.0.1:'

function restoreText(text: string, place: (port: number) => string | undefined): string {
  const parts = text.split(LOOPBACK)
  return parts.slice(1).reduce((out, part) => {
    let digits = 0
    while (digits < part.length && part.charAt(digits) >= '0' && part.charAt(digits) <= '9') digits++
    const name = place(Number(part.slice(0, digits)))
    return out + (name === undefined ? LOOPBACK + part : name + part.slice(digits))
  }, parts[0] ?? '')
}

/** What a port is called: by a listener, of its own address, and by anything else. The gateway's pod may be an endpoint too, so that one port has both names. */
interface Naming {
  readonly any: (port: number) => string | undefined
  readonly listener: (port: number) => string | undefined
}

function restoreJson(value: Json, naming: Naming): Json {
  if (Array.isArray(value)) return value.map((item: Json) => restoreJson(item, naming))
  if (!isJsonObject(value)) return value
  if (value.path_config_source !== undefined) return { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }
  const restored = socketAddress(value, naming.any)
  if (restored !== undefined) return restored
  const own = ownAddress(value)
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, restoreJson(item, key === own ? { ...naming, any: naming.listener } : naming)] as const])))
}

/** The field with a listener's own address: of the listener in a config_dump, of its status in /listeners. */
function ownAddress(value: JsonObject): 'address' | 'local_address' | undefined {
  if (value['@type'] === 'type.googleapis.com/envoy.config.listener.v3.Listener') return 'address'
  return value.local_address === undefined ? undefined : 'local_address'
}

function socketAddress(value: JsonObject, place: (port: number) => string | undefined): JsonObject | undefined {
  if (value.address !== '127.0.0.1' || typeof value.port_value !== 'number') return undefined
  const name = place(value.port_value)
  const colon = name?.lastIndexOf(':') ?? -1
  return name === undefined ? undefined : { ...value, address: name.slice(0, colon), port_value: Number(name.slice(colon + 1)) }
}
