/** The project's folder. */
export const root: string

/** Bundles `entry` (a path relative to the project's folder) with esbuild, packages left outside, and gives the bundle's path. Reused while the sources are unchanged. */
export function bundle(entry: string): Promise<string>
