import { isJsonObject, type Json, type JsonObject } from '@/lib/std/json'
import { readFields, type Fields } from '../istio/read'

const blocks = ['connectionPool', 'loadBalancer', 'outlierDetection', 'tls', 'tunnel', 'proxyProtocol', 'retryBudget'] as const
const portBlocks = ['loadBalancer', 'connectionPool', 'outlierDetection', 'tls'] as const

/** A user's traffic policy over one that istiod made of a backend policy: block by block, and port by port (Istio's mergeBackendPolicyTrafficPolicy; SPEC GA12). */
export function overBackendPolicy(user: Fields | undefined, backend: Fields | undefined): Fields | undefined {
  if (!user || !backend) return user ?? backend
  const merged: { [key: string]: Json } = {}
  for (const key of blocks) {
    const value = given(user.raw, key) ?? given(backend.raw, key)
    if (value !== undefined) merged[key] = value
  }
  const ports = mergedPorts(user, backend)
  return readFields({ ...merged, ...(ports.length === 0 ? {} : { portLevelSettings: ports }) }, user.path, [])
}

function mergedPorts(user: Fields, backend: Fields): readonly Json[] {
  const [own, made] = [entries(user), entries(backend)]
  const numberOf = (entry: JsonObject): number => readFields(entry, '', []).object('port')?.int('number') ?? 0
  const joined = own.map((entry, index) => {
    // Of several entries for a port, Istio fills the last.
    if (own.slice(index + 1).some((later) => numberOf(later) === numberOf(entry))) return entry
    const under = made.find((one) => numberOf(one) === numberOf(entry))
    return under ? { ...Object.fromEntries(portBlocks.flatMap((key) => (under[key] === undefined ? [] : [[key, under[key]]]))), ...withoutNulls(entry) } : entry
  })
  return [...joined, ...made.filter((one) => !own.some((entry) => numberOf(entry) === numberOf(one)))]
}

function entries(policy: Fields): readonly JsonObject[] {
  const list = policy.raw['portLevelSettings']
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

function given(raw: JsonObject, key: string): Json | undefined {
  const value = raw[key]
  return value === null ? undefined : value
}

function withoutNulls(entry: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null))
}
