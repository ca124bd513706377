import { objectsIn, type Detector, type Evidence } from './evidence'

const isExtension = (name: unknown): boolean => String(name).startsWith('extensions.istio.io/trafficextension/')
const written = (evidence: Evidence): number => evidence.objects('WasmPlugin').length + evidence.objects('TrafficExtension').length
const placed = (evidence: Evidence): number => new Set([...evidence.httpFilters, ...evidence.networkFilters].map(({ name }) => name).filter(isExtension)).size

const telemetries = (evidence: Evidence, part: string): number => evidence.specs('Telemetry').filter((spec) => objectsIn(spec[part]).length > 0).length

/** EX, TE and EF: extensions among the filters, metrics and spans, and EnvoyFilters that are passed over as Pilot does. */
export const extensionDetectors: readonly Detector[] = [
  ['EX1', (evidence) => evidence.httpFilters.some(({ name }) => isExtension(name))],
  ['EX2', (evidence) => evidence.listeners.length > 0 && placed(evidence) < written(evidence)],
  ['TE1', (evidence) => evidence.says('stats.PluginConfig') && telemetries(evidence, 'metrics') > 0],
  ['TE2', (evidence) => telemetries(evidence, 'tracing') === 0 && evidence.says('"random_sampling"')],
  ['TE3', (evidence) => telemetries(evidence, 'tracing') > 0 && evidence.says('"envoy.tracers.')],
  ['EF1', (evidence) => evidence.objects('EnvoyFilter').length > 0 && evidence.listeners.length > 0],
  ['EX3', (evidence) => evidence.networkFilters.some(({ name }) => isExtension(name))],
]
