import { statusModule } from './views/status'

/** All views, by name. A screen's room adds its line here. */
export const viewModules = [statusModule] as const
