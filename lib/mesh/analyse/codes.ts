import type { CodeEntry } from './code-entry'
import { edgeCodes } from './edge-codes'
import { extensionCodes } from './extension-codes'
import { kubeCodes } from './kube-codes'

/** The registry: every code that the engine and the analysers produce. */
export const codes: Readonly<Record<string, CodeEntry>> = { ...edgeCodes, ...kubeCodes, ...extensionCodes }

/** What a code means; undefined for one that is not Meridian's. */
export function codeEntry(code: string): CodeEntry | undefined {
  return Object.hasOwn(codes, code) ? codes[code] : undefined
}
