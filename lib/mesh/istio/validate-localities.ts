/** What is wrong with a list of localities `region/zone/subzone` (validateLocalities): none may overlap an earlier one. */
export function localitiesError(localities: readonly string[]): string | undefined {
  const seen = new Map<string, Map<string, Set<string>>>()
  for (const locality of localities) {
    const overlap = `locality ${locality} overlaps an earlier one`
    const stars = locality.split('*').length - 1
    if (stars > 1 || (stars === 1 && !locality.endsWith('*'))) return `locality ${locality}: one wildcard at most, at the end`
    if (seen.has('*')) return overlap
    const parts = splitAtMost(locality)
    if (parts.includes('')) return `locality ${locality} has an empty part`
    const [region = '', zone, subzone] = parts
    const zones = seen.get(region)
    if (zones && (zone === undefined || zones.has('*'))) return overlap
    const subzones = zone === undefined ? undefined : zones?.get(zone)
    if (subzones && (subzone === undefined || subzones.has('*') || subzones.has(subzone))) return overlap
    if (subzones && subzone !== undefined) subzones.add(subzone)
    else if (zones) zones.set(zone ?? '*', new Set([subzone ?? '*']))
    else seen.set(region, new Map([[zone ?? '*', new Set([subzone ?? '*'])]]))
  }
  return undefined
}

function splitAtMost(locality: string): readonly string[] {
  const [region = '', zone, ...rest] = locality.split('/')
  return zone === undefined ? [region] : rest.length === 0 ? [region, zone] : [region, zone, rest.join('/')]
}
