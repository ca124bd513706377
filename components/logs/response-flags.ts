/** What Envoy's response flags mean (Envoy docs: access log, %RESPONSE_FLAGS_LONG%), as a name and a sentence. */
const flags: Readonly<Record<string, readonly [name: string, meaning: string]>> = {
  NR: ['no route matched', 'Envoy answered by itself; no rule or filter chain fits the request, and no service saw it.'],
  NC: ['cluster not found', 'The route leads to a cluster that this Envoy does not have; no service saw the request.'],
  UH: ['no healthy upstream', 'The destination has no endpoint that is ready; no service saw the request.'],
  UF: ['upstream connection failure', 'Envoy could not connect to the endpoint, or TLS to it failed.'],
  UC: ['upstream connection ended', 'The endpoint closed the connection before the answer was whole.'],
  UO: ['upstream overflow', 'A circuit breaker of the destination was open: too many connections or requests at once.'],
  UT: ['upstream request timeout', 'The endpoint did not answer within the timeout of the rule.'],
  UR: ['upstream reset', 'The endpoint reset the request.'],
  URX: ['retries exhausted', 'Every retry that the rule allows was used up.'],
  LR: ['local reset', 'Envoy reset the connection itself.'],
  LH: ['local health check failed', 'The local service failed its health check.'],
  DC: ['downstream connection ended', 'The client went away before the answer was whole.'],
  DPE: ['downstream protocol error', 'What the client sent is not valid HTTP.'],
  UPE: ['upstream protocol error', 'What the endpoint answered is not valid HTTP.'],
  DI: ['delay injected', 'A fault rule delayed the request.'],
  FI: ['fault injected', 'A fault rule answered in place of the service.'],
  RL: ['rate limited', 'A rate limit refused the request.'],
  RLSE: ['rate limit service error', 'The rate limit service could not be asked.'],
  UAEX: ['external authorisation refused', 'The external authoriser refused the request.'],
  IH: ['invalid header', 'A header that is checked strictly has an invalid value.'],
  SI: ['stream idle timeout', 'Nothing was sent for as long as the idle timeout allows.'],
  DT: ['duration timeout', 'The request or connection reached its longest duration.'],
  OM: ['overload manager', 'Envoy refused the request to protect itself from overload.'],
  DF: ['DNS failure', 'The name of the upstream host could not be resolved.'],
  NFCF: ['filter configuration missing', 'The configuration of a filter did not arrive in time.'],
  DO: ['drop overload', 'Requests to this cluster are being dropped on purpose.'],
}

/** A flag's name and meaning; undefined for one that is not known. */
export function flagMeaning(flag: string): { readonly name: string; readonly meaning: string } | undefined {
  const known = Object.hasOwn(flags, flag) ? flags[flag] : undefined
  return known && { name: known[0], meaning: known[1] }
}
