import type { Fields } from './read'
import { domainError, isDnsLabel, portError, quoted } from './validate-names'
import type { Report } from './validation-report'

/** Rules of weighted destinations; `also` looks at each further. */
export function validateDestinations(entries: readonly Fields[], report: Report, also?: (entry: Fields) => void): void {
  let total = 0
  for (const entry of entries) {
    const [destination, weight] = [entry.object('destination'), entry.int('weight') ?? 0]
    if (!destination) report.error(`${entry.path}.destination`, 'the destination is missing')
    also?.(entry)
    validateDestination(destination, report)
    if (weight < 0) report.error(`${entry.path}.weight`, `the weight ${weight} is below 0`)
    total = (total + weight) | 0
  }
  const [first] = entries
  if (first && entries.length > 1 && total === 0) report.error(first.path.slice(0, first.path.lastIndexOf('[')), 'the weights add up to 0')
}

/** Rules of one destination (validateDestination). */
export function validateDestination(destination: Fields | undefined, report: Report): void {
  if (!destination) return
  const [host, subset, port] = [destination.string('host') ?? '', destination.string('subset') ?? '', destination.object('port')]
  report.check(`${destination.path}.host`, host === '*' ? 'a destination is one host, not *' : domainError(host))
  if (subset !== '') report.check(`${destination.path}.subset`, subsetNameError(subset))
  if (port) report.check(`${port.path}.number`, portError(port.int('number') ?? 0))
}

/** What is wrong with a subset's name (validateSubsetName). */
export function subsetNameError(name: string): string | undefined {
  if (name === '') return 'a subset has a name'
  return isDnsLabel(name) ? undefined : `${quoted(name)} is no name of a subset: letters, digits and hyphens only`
}
