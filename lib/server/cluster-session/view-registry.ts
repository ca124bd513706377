import { gatewaysModule } from './views/gateways'
import { mapModule } from './views/map'
import { objectModule } from './views/object'
import { searchModule } from './views/search'
import { statusModule } from './views/status'
import { tableModule } from './views/table'

/** All views, by name. A screen's room adds its line here. */
export const viewModules = [
  mapModule,
  gatewaysModule,
  objectModule,
  searchModule,
  statusModule,
  tableModule,
] as const
