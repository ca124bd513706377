import type { KubeObject } from '../resource'

/** A namespace's labels as its API server keeps them: its name is always among them. */
export function namespaceLabels({ metadata }: KubeObject): Readonly<Record<string, string>> {
  return { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name }
}
