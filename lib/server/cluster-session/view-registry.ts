import { explainModule } from './views/explain'
import { gatewayModule } from './views/gateway'
import { gatewaysModule } from './views/gateways'
import { logsModule } from './views/logs'
import { mapModule } from './views/map'
import { objectModule } from './views/object'
import { searchModule } from './views/search'
import { statusModule } from './views/status'
import { tableModule } from './views/table'

/** All views, by name. A screen's room adds its line here. */
export const viewModules = [
  mapModule,
  explainModule,
  gatewayModule,
  gatewaysModule,
  logsModule,
  objectModule,
  searchModule,
  statusModule,
  tableModule,
] as const
