import { paths } from './paths'

/** A screen of the navigation. Only what works stands here. */
export interface Page {
  readonly name: string
  readonly path: (cluster: string) => string
}

/** The screens, in the navigation's order. */
export const pages: readonly Page[] = [
  { name: 'Gateways', path: paths.gateways },
  { name: 'Map', path: paths.map },
  { name: 'Explain', path: paths.explain },
  { name: 'Logs', path: paths.logs },
]

/** Whether a pathname lies on or under a page. The editor is a mode of the map, an object of no page. */
export function isCurrent(page: Page, cluster: string, pathname: string): boolean {
  const path = page.path(cluster)
  if (page.name === 'Map' && pathname.startsWith(`/c/${encodeURIComponent(cluster)}/edit/`)) return true
  return pathname === path || pathname.startsWith(`${path}/`)
}
