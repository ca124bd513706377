import { objectView } from '@/lib/contract/views/object'
import { gatewayKey } from '@/lib/mesh/gateway-workload'
import { kindByKey } from '@/lib/mesh/kinds'
import { usedObjects, usingObjects } from '@/lib/mesh/references/references'
import { servedHosts } from '@/lib/mesh/references/served-hosts'
import { sameRef } from '@/lib/mesh/resource'
import { getObject } from '@/lib/mesh/snapshot'
import { defineViewModule } from '../view-module'

const most = 200

/** View `object` (contract/views/object). */
export const objectModule = defineViewModule({
  contract: objectView,
  compute: (state, params) => {
    const kind = kindByKey(params.kind)
    const ref = { group: kind?.group ?? '', kind: kind?.kind ?? '', namespace: params.namespace, name: params.name }
    const object = kind && getObject(state.snapshot, kind.key, params.namespace, params.name)
    const usedBy = usingObjects(state.snapshot, ref)
    const hosts = state.gateways().flatMap((gateway) => {
      const key = gatewayKey(gateway)
      const compiled = state.compiled(key)
      return compiled ? servedHosts(compiled, key, ref) : []
    })
    return {
      exists: object !== undefined,
      resourceVersion: object?.metadata.resourceVersion ?? '',
      uses: object ? [...usedObjects(state.snapshot, object)].slice(0, most) : [],
      usedBy: usedBy.slice(0, most),
      totalUsedBy: usedBy.length,
      hosts: hosts.slice(0, most),
      totalHosts: hosts.length,
      problems: state.problems().filter((problem) => sameRef(problem.subject, ref)),
    }
  },
})
