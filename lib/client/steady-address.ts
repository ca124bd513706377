'use client'
import { useState } from 'react'
import { viewUrl, type ViewAddress } from './view-key'

/** The same object for the same view, cluster and parameters: callers write addresses anew at each render. */
export function useSteadyAddress(address: ViewAddress): ViewAddress {
  const [held, setHeld] = useState(address)
  if (viewUrl(held) === viewUrl(address)) return held
  setHeld(address)
  return address
}
