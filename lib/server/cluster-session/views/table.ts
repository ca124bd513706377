import { tableView, type HostTableData } from '@/lib/contract/views/table'
import { hostTable, type HostTable } from '@/lib/mesh/table/host-table'
import { defineViewModule } from '../view-module'

/** View `table` (contract/views/table). */
export const tableModule = defineViewModule({
  contract: tableView,
  compute: (state, params) => {
    const compiled = state.compiled(params.gateway)
    if (!compiled) return { table: null }
    const table = hostTable({ snapshot: state.snapshot, compiled, gateway: params.gateway, host: params.host, routeConfiguration: params.routeConfiguration ?? null, problems: state.problems() })
    return { table: table ? hostTableData(table) : null }
  },
})

/** The table as it goes over the wire. */
export function hostTableData(table: HostTable): HostTableData {
  return {
    ...table,
    alternatives: [...table.alternatives],
    rules: table.rules.map((rule) => ({ ...rule, to: [...rule.to] })),
    objects: [...table.objects],
    problems: [...table.problems],
  }
}
