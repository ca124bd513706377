import type { JsonObject } from '@/lib/std/json'
import type { Fields } from '../istio/read'

const anyOrigin = '^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\\s?#]+$'
const special = new Set('\\.+*?()|[]{}^$')

/** A CORS filter as Istio's corsPolicy (createCorsFilter; SPEC GA8). */
export function corsOf(filter: Fields | undefined): JsonObject {
  if (!filter) return {}
  const maxAge = filter.int('maxAge') ?? 5
  const list = (key: string): JsonObject => (filter.strings(key).length === 0 ? {} : { [key]: filter.strings(key) })
  return {
    corsPolicy: {
      allowOrigins: filter.strings('allowOrigins').filter((origin) => origin !== '').map(originOf),
      ...(filter.bool('allowCredentials') === true ? { allowCredentials: true } : {}),
      ...list('allowMethods'), ...list('allowHeaders'), ...list('exposeHeaders'),
      ...(maxAge > 0 ? { maxAge: `${maxAge}s` } : {}),
      unmatchedPreflights: 'IGNORE',
    },
  }
}

function originOf(origin: string): JsonObject {
  if (origin === '*') return { regex: anyOrigin }
  const star = origin.indexOf('*')
  if (star < 0) return { exact: origin }
  if (star === origin.length - 1) return { prefix: origin.slice(0, -1) }
  return { regex: `^${[...origin].map((character) => (character === '*' ? '.*' : special.has(character) ? `\\${character}` : character)).join('')}$` }
}
