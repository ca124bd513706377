/** What of a call a complaint is about. */
export type CallField = 'url' | 'method' | 'headers' | 'sni' | 'alpn' | 'protocol' | 'listenerPort' | 'from' | 'jwt'

/** A call that makes no request: the message says what is wrong, the field where. */
export class CallError extends Error {
  constructor(readonly field: CallField, message: string) {
    super(message)
  }
}
