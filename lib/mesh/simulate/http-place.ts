import type { JsonObject } from '@/lib/std/json'
import type { ConnectionFacts } from './request-facts'
import type { Draft } from './trace'

/** Where an HTTP request is: its chain's connection manager. */
export interface HttpPlace {
  readonly draft: Draft
  readonly hcm: JsonObject
  readonly connection: ConnectionFacts
}
