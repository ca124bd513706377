/** The part of a pod's name that tells it from its siblings. */
export function shortName(pod: string): string {
  const name = pod.slice(pod.indexOf('/') + 1)
  return name.startsWith('istiod') ? 'istiod' : name.slice(name.lastIndexOf('-') + 1)
}

/** A count with commas: `23,118`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** A duration of a request: `31 ms`, `3.00 s`. */
export function formatMillis(millis: number): string {
  return millis < 1_000 ? `${millis} ms` : `${(millis / 1_000).toFixed(2)} s`
}

/** A line of istiod or of Envoy's own log, parted: level, and what it says without its time. */
export interface PlainWords {
  readonly level: 'info' | 'warn' | 'error' | 'debug' | undefined
  readonly text: string
}

/** Reads `<time>\t<level>\t<scope>\t<message>` (Istio's log package); any other line is its own text. */
export function plainWords(line: string): PlainWords {
  const [time = '', level = '', ...rest] = line.split('\t')
  if (rest.length === 0 || !/^\d{4}-/.test(time)) return { level: undefined, text: line }
  const known = level === 'warning' ? 'warn' : level === 'fatal' || level === 'critical' ? 'error' : (['info', 'warn', 'error', 'debug'] as const).find((one) => one === level)
  const [scope = '', ...message] = rest
  return { level: known, text: message.length === 0 ? scope : `${scope}: ${message.join(' ')}` }
}
