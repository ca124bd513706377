import { resolve } from 'node:path'

declare global {
  interface ImportMeta {
    /** Set by bin/run-ts.mjs: the project's root folder. */
    readonly meridianRoot?: string
  }
}

/** The project's root folder, in a bundle of bin/run-ts.mjs as in a test. */
export function projectRoot(): string {
  return import.meta.meridianRoot ?? resolve(import.meta.dirname, '..', '..')
}
