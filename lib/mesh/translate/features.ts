/** istiod's switches that change what the engine makes, with Istio's defaults (pilot/pkg/features). */
const defaults = {
  PILOT_ENABLE_ALPN_FILTER: true,
  PILOT_ENABLE_METADATA_EXCHANGE: true,
  PILOT_ENABLE_TELEMETRY_LABEL: true,
  PILOT_DISABLE_MX_ALPN: false,
  PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: false,
} as const

/** A switch of istiod that the engine knows. */
export type FeatureName = keyof typeof defaults

/** istiod's environment as it is written: variable names to texts. */
export type Features = Readonly<Record<string, string>>

/** The switches that the engine knows (SPEC.md, Features). */
export const featureNames: ReadonlySet<string> = new Set(Object.keys(defaults))

const [truths, falsehoods] = [['1', 't', 'T', 'TRUE', 'true', 'True'], ['0', 'f', 'F', 'FALSE', 'false', 'False']]

/** Whether a switch is on: as written in the forms of Go's strconv.ParseBool, else as Istio has it. */
export function enabled(features: Features, name: FeatureName): boolean {
  const written = features[name] ?? ''
  return truths.includes(written) || (defaults[name] && !falsehoods.includes(written))
}
