const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, 'µs': 1e3, 'μs': 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** Nanoseconds of a duration as Go's time.ParseDuration reads it (`1h30m`, `0.5s`); undefined for anything else. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const negative = text.startsWith('-')
  let rest = negative || text.startsWith('+') ? text.slice(1) : text
  if (rest === '0') return 0
  if (rest === '') return undefined
  let total = 0
  while (rest !== '') {
    const digits = /^[0-9]*\.?[0-9]*/.exec(rest)?.[0] ?? ''
    if (digits === '' || digits === '.') return undefined
    rest = rest.slice(digits.length)
    const unit = /^[^0-9.]+/.exec(rest)?.[0] ?? ''
    const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
    if (factor === undefined) return undefined
    total += Number(digits) * factor
    rest = rest.slice(unit.length)
  }
  return negative ? -Math.round(total) : Math.round(total)
}

/** A duration of nanoseconds as protojson prints it: seconds with 0, 3, 6 or 9 decimals. */
export function formatDuration(nanos: number): string {
  const sign = nanos < 0 ? '-' : ''
  const absolute = Math.abs(nanos)
  const seconds = Math.floor(absolute / 1e9)
  const fraction = String(Math.round(absolute - seconds * 1e9)).padStart(9, '0')
  if (fraction === '000000000') return `${sign}${seconds}s`
  const short = fraction.endsWith('000000') ? fraction.slice(0, 3) : fraction.endsWith('000') ? fraction.slice(0, 6) : fraction
  return `${sign}${seconds}.${short}s`
}
