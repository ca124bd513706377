import type { TraceStep } from './explanation'

type Coded = TraceStep['notes'][number]
type Params = Coded['params']

const reasons: Readonly<Record<string, (params: Params) => string>> = {
  'port-differs': ({ port = '' }) => `listens on port ${port}`,
  'address-differs': ({ address = '' }) => `listens on address ${address}`,
  'less-specific': ({ domain = '' }) => `${domain} is less specific`,
  'domain-differs': ({ domain = '' }) => `its domain is ${domain}`,
  path: ({ kind = '', expected = '' }) => `the path is not ${kind === '' ? '' : `${kind} `}${expected}`,
  header: ({ name = '', actual = '', present = '' }) => (name.startsWith(':') ? `the ${name.slice(1)} is ${actual}` : present === 'false' ? `no header ${name}` : `header ${name} is ${actual}`),
  'query-parameter': ({ name = '' }) => `query parameter ${name} differs`,
  'runtime-fraction': () => 'it takes only a share of the requests',
  grpc: () => 'it takes gRPC only',
  'tls-context': () => 'the TLS of the connection differs',
  'dynamic-metadata': () => 'the claims of the token differ',
  'unknown-matcher': () => 'it has a matcher that is not computed',
  'policy-not-matched': () => 'does not match',
  missing: () => 'there is no such cluster',
}

const notes: Readonly<Record<string, (params: Params) => string>> = {
  'service-port': ({ service = '', port = '', podPort = '' }) => `port ${port} of Service ${service} leads to the pod's port ${podPort}`,
  'service-port-missing': ({ services = '', port = '' }) => `Service ${services} has no port ${port}`,
  'no-listeners-known': ({ routeConfiguration = '' }) => `no listeners are known; by route configuration ${routeConfiguration} alone`,
  'same-match': ({ index = '' }) => `chain ${index} matches the same`,
  'default-filter-chain': () => 'the default filter chain',
  domain: ({ domain = '' }) => `by domain ${domain}`,
  normalised: ({ from = '', to = '' }) => `${from} becomes ${to}`,
  passes: () => 'passes',
  'not-computed': ({ object }) => (object === undefined ? 'not computed' : `not computed: what ${object} does`),
  denied: ({ policy, reason }) => (reason !== undefined ? `denied: ${reason}` : policy === undefined || policy === 'none' ? 'denied: no policy allows it' : `denied by ${policy}`),
  allowed: ({ policy, provider }) => (policy !== undefined && policy !== 'none' ? `allowed by ${policy}` : provider !== undefined && provider !== 'none' ? `token of ${provider}` : 'allowed'),
  preflight: () => 'answers the preflight',
  delay: ({ milliseconds = '', of = '' }) => `delays ${milliseconds} ms (${of})`,
  abort: ({ status = '', of = '' }) => `aborts with ${status} (${of})`,
  timeout: ({ milliseconds = '' }) => `timeout ${milliseconds} ms`,
  retries: ({ retries = '', on = '' }) => `${retries} retries on ${on}`,
  mirror: ({ cluster = '' }) => `mirrors to ${cluster}`,
  'hash-policy': () => 'hashed',
  'request-headers': ({ headers = '' }) => `request headers ${headers}`,
}

/** Why something lost, in a few words; its code and parameters where there are no words for it. */
export function reasonWords(reason: Coded): string {
  return words(reasons, reason)
}

/** A note of a step in a few words. */
export function noteWords(note: Coded): string {
  return words(notes, note)
}

function words(table: Readonly<Record<string, (params: Params) => string>>, { code, params }: Coded): string {
  const known = Object.hasOwn(table, code) ? table[code] : undefined
  if (known) return known(params)
  const { serverNames } = params
  if (serverNames !== undefined) return `${code.replaceAll('-', ' ')} (${serverNames})`
  const list = Object.entries(params).map(([name, value]) => `${name} ${value}`).join(', ')
  return `${code.replaceAll('-', ' ')}${list === '' ? '' : ` (${list})`}`
}
