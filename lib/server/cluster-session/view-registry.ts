import { mapModule } from './views/map'
import { statusModule } from './views/status'
import { tableModule } from './views/table'

/** All views, by name. A screen's room adds its line here. */
export const viewModules = [statusModule, mapModule, tableModule] as const
