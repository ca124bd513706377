import * as z from 'zod/mini'
import { kindKey, labelName, namespaceName, objectName } from './names'

/** An object as paths name it: key of its kind, namespace ('' for cluster-scoped), name. */
export const addressSchema = z.object({ kind: kindKey, namespace: namespaceName, name: objectName })

/** A pod as paths name it. */
export const podSchema = z.object({ namespace: labelName, pod: objectName })

/** The id of an event stream, chosen by the browser. */
export const streamId = z.string().check(z.regex(/^[0-9a-zA-Z-]{8,64}$/, 'must be 8 to 64 letters, digits and hyphens'))
