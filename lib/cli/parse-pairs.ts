import { UsageError } from './usage-error'

/** `k=v,k=v` as a record; the value may hold `=`. @throws UsageError for a pair without `=` or without a key. */
export function parsePairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.flatMap((text) => text.split(',')).filter((pair) => pair.trim() !== '').map((pair) => {
    const equals = pair.indexOf('=')
    if (equals < 1) throw new UsageError(`${flag} takes key=value pairs, this is ${JSON.stringify(pair)}`)
    return [pair.slice(0, equals).trim(), pair.slice(equals + 1).trim()]
  }))
}
