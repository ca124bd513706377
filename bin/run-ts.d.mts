/** The project's folder. */
export const root: string

/** Bundles `entry` (a path relative to the project's folder) with esbuild, packages left outside, and gives the bundle's path. Reused while the sources are unchanged. */
export function bundle(entry: string): Promise<string>

/** The URL to import for `entry`: its bundle's, or one that holds the bundle where nothing can be written. */
export function bundleUrl(entry: string): Promise<string>
