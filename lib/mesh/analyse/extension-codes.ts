import type { CodeEntry } from './code-entry'

/** Codes about what extends a gateway's Envoy with code of its own: the engine knows where it stands, not what it does. */
export const extensionCodes: Readonly<Record<string, CodeEntry>> = {
  MER080: {
    title: 'Extension not computed', level: 'info', explanation: 'A WasmPlugin or TrafficExtension runs code among the filters of this gateway. Meridian places it where istiod does, but cannot know what the code does: answers that pass it depend on it.', action: 'Keep in mind that the extension may answer, change or refuse requests by itself.',
    text: ({ code = '', phase = '', place = '', gateway = '' }) => `${code === 'lua' ? 'a Lua script' : 'a Wasm module'} runs in ${gateway}, ${place}${phase === '' ? '' : ` (phase ${phase})`}: what it does is not computed`,
  },
  MER081: {
    title: 'EnvoyFilter not computed', level: 'info', explanation: 'An EnvoyFilter changes what istiod sends to this gateway. Meridian knows what the patch is for, but does not compute what it makes of it: answers that meet it depend on it.', action: 'Compare with the live Envoy, which has the patch: in Explain, or with explain --envoy.',
    text: ({ applyTo = '', operation = '', what = '', gateway = '' }) => `${operation} of ${applyTo} changes ${what} of ${gateway}: not computed`,
  },
}
