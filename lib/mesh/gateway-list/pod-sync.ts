/** One resource that a pod's Envoy was given. `updated` is RFC 3339, when it came. */
export interface GivenResource {
  readonly kind: string
  readonly name: string
  readonly hash: string
  readonly updated: string | null
  readonly error: string | null
}

/** What one pod's Envoy was given. */
export interface GivenPod {
  readonly pod: string
  readonly resources: readonly GivenResource[]
}

/** A pod that does not have what the newest of its siblings has. */
export interface PodBehind {
  readonly pod: string
  /** When the first of its siblings got what this pod lacks, RFC 3339; null where the pods only differ and none is known to be newer. */
  readonly since: string | null
  /** The resources in which it differs, by kind and name. */
  readonly resources: readonly string[]
}

/**
 * Which pods of one gateway are behind. Pods of a workload are given the same by Pilot; where the content of a resource
 * differs, the pod that got its content last has the newest (Envoy's last_updated moves only when the content does).
 * @param pods as read, each at about the same time
 */
export function podsBehind(pods: readonly GivenPod[]): readonly PodBehind[] {
  const differing = differingResources(pods)
  if (differing.length === 0) return []
  const contents = new Map<string, { readonly pods: GivenPod[]; newest: string; first: string }>()
  for (const pod of pods) {
    const given = new Map(pod.resources.map((resource) => [keyOf(resource), resource]))
    const key = differing.map((name) => given.get(name)?.hash ?? '-').join(' ')
    const content = contents.get(key) ?? { pods: [], newest: '', first: '' }
    contents.set(key, content)
    content.pods.push(pod)
    let last = ''
    for (const name of differing) {
      const resource = given.get(name)
      const changed = resource !== undefined && pods.some((other) => other.resources.some((one) => keyOf(one) === name && one.hash !== resource.hash))
      if (changed && resource.updated !== null && resource.updated > last) last = resource.updated
    }
    if (last > content.newest) content.newest = last
    if (content.first === '' || (last !== '' && last < content.first)) content.first = last
  }
  const [newest] = [...contents.values()].sort((a, b) => (a.newest > b.newest ? -1 : a.newest < b.newest ? 1 : b.pods.length - a.pods.length))
  if (!newest) return []
  const have = new Map(newest.pods[0]?.resources.map((resource) => [keyOf(resource), resource.hash]))
  return pods.filter((pod) => !newest.pods.includes(pod)).map((pod) => {
    const given = new Map(pod.resources.map((resource) => [keyOf(resource), resource.hash]))
    return { pod: pod.pod, since: newest.first === '' ? null : newest.first, resources: differing.filter((name) => given.get(name) !== have.get(name)) }
  })
}

function differingResources(pods: readonly GivenPod[]): readonly string[] {
  const hashes = new Map<string, Set<string>>()
  const counts = new Map<string, number>()
  for (const pod of pods) {
    for (const resource of pod.resources) {
      const key = keyOf(resource)
      const known = hashes.get(key) ?? new Set<string>()
      hashes.set(key, known.add(resource.hash))
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...hashes].filter(([key, known]) => known.size > 1 || counts.get(key) !== pods.length).map(([key]) => key)
}

function keyOf(resource: GivenResource): string {
  return `${resource.kind} ${resource.name}`
}
