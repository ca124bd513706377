'use client'
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { CallParams } from '@/lib/contract/call/call-params'

const keys = {
  url: parseAsString.withDefault(''), method: parseAsString, header: parseAsArrayOf(parseAsString, '\n').withDefault([]), sni: parseAsString, alpn: parseAsString,
  protocol: parseAsStringLiteral(['http1', 'http2', 'tcp']), cert: parseAsBoolean, from: parseAsString, claims: parseAsString, port: parseAsString, gateway: parseAsString,
}

/** The request that is asked about, kept in the URL. */
export function useAsk() {
  const [ask, setAsk] = useQueryStates(keys)
  const params: CallParams = {
    ...(ask.url === '' ? {} : { url: ask.url }), ...(ask.method === null ? {} : { method: ask.method }), ...(ask.header.length === 0 ? {} : { header: ask.header }),
    ...(ask.sni === null ? {} : { sni: ask.sni }), ...(ask.alpn === null ? {} : { alpn: ask.alpn }), ...(ask.protocol === null ? {} : { protocol: ask.protocol }),
    ...(ask.cert === true ? { cert: 'true' } : {}), ...(ask.from === null ? {} : { from: ask.from }), ...(ask.claims === null ? {} : { claims: ask.claims }), ...(ask.port === null ? {} : { listenerPort: ask.port }),
  }
  return { ask, setAsk, params }
}

/** See useAsk. */
export type Asked = ReturnType<typeof useAsk>
