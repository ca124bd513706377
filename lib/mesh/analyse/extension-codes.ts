import type { CodeEntry } from './code-entry'

/** Codes about what extends a gateway's Envoy with code of its own: the engine knows where it stands, not what it does. */
export const extensionCodes: Readonly<Record<string, CodeEntry>> = {
  MER080: {
    title: 'Extension not computed', level: 'info', explanation: 'A WasmPlugin or TrafficExtension runs code among the filters of this gateway. Meridian places it where istiod does, but cannot know what the code does: answers that pass it depend on it.', action: 'Keep in mind that the extension may answer, change or refuse requests by itself.',
    text: ({ code = '', phase = '', place = '', gateway = '' }) => `${code === 'lua' ? 'a Lua script' : 'a Wasm module'} runs in ${gateway}, ${place}${phase === '' ? '' : ` (phase ${phase})`}: what it does is not computed`,
  },
}
