import * as z from 'zod/mini'
import { kindByKey } from '@/lib/mesh/kinds'

/** RFC 1123 label: namespaces, pods' containers, Services. */
export const labelName = z.string().check(z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a lower-case RFC 1123 label'))

/** RFC 1123 subdomain, at most 253 characters: object names. */
export const objectName = z.string().check(z.maxLength(253), z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/, 'must be a lower-case RFC 1123 subdomain'))

/** A namespace, or '' for cluster-scoped objects. */
export const namespaceName = z.union([z.literal(''), labelName])

/** A kind of the closed table, by key. */
export const kindKey = z.string().check(z.refine((key) => kindByKey(key) !== undefined, 'is not a kind that Meridian knows'))

/** `namespace/name` of a gateway workload. */
export const gatewayKeySchema = z.string().check(z.maxLength(320), z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/, 'must be namespace/name'))

/** A cluster's slug as in URLs: the context's name made safe, and six hex digits of its hash. */
export const clusterSlug = z.string().check(z.regex(/^[a-z0-9-]{1,80}$/, 'must be a cluster slug'))

/** zod form of mesh/resource ResourceRef. */
export const resourceRefSchema = z.object({ group: z.string(), kind: z.string(), namespace: namespaceName, name: z.string() })

/** zod form of mesh/snapshot Revision. */
export const revisionSchema = z.object({ epoch: z.string(), n: z.number() })

/** zod form of mesh/problem Problem. */
export const problemSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  subject: resourceRefSchema,
  path: z.string(),
  params: z.record(z.string(), z.string()),
})
