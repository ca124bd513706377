/**
 * The seeds of test:real, drawn by the clock on 2026-11-24, so that a change that breaks something is told from a mesh that
 * nobody met before. `npm run conformance` and `npm run conformance:requests` draw new ones; MERIDIAN_SEED draws these anew.
 */
export function seedOf(check: 'meshes' | 'requests'): number {
  return Number(process.env['MERIDIAN_SEED'] ?? (check === 'meshes' ? 491_283_117 : 491_463_266))
}
