import type { KubeObject } from '../resource'

/** The label that every namespace has: its name. */
export const nameLabel = 'kubernetes.io/metadata.name'

/** A namespace's labels as its API server keeps them: its name is always among them. */
export function namespaceLabels({ metadata }: KubeObject): Readonly<Record<string, string>> {
  return { ...metadata.labels, [nameLabel]: metadata.name }
}
