'use client'
import { createContext, useContext } from 'react'

/** The page's CSP nonce; undefined where the server sent none. */
export const NonceContext = createContext<string | undefined>(undefined)

/** The CSP nonce, for what makes style elements (CodeMirror: `EditorView.cspNonce.of(nonce)`). */
export function useNonce(): string | undefined {
  return useContext(NonceContext)
}
