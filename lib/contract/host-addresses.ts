import * as z from 'zod/mini'

/** A host name whose addresses are asked for: letters of DNS, no address literal, no wildcard. */
export const hostNameSchema = z.string().check(z.maxLength(253), z.regex(/^[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62})(\.[a-zA-Z0-9_]([-a-zA-Z0-9_]{0,62}))*\.?$/, 'must be a host name'))

/** Reply of GET /api/hosts/<host>: what the resolver of the dashboard's machine says of a name. `failure`: why there is no address. */
export const hostAddressesSchema = z.object({ host: z.string(), addresses: z.array(z.string()), failure: z.nullable(z.enum(['not-found', 'unavailable'])) })

/** See hostAddressesSchema. */
export type HostAddresses = z.infer<typeof hostAddressesSchema>
