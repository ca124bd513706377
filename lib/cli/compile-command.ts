import { stringify } from 'yaml'
import { compiledJson, plainJson } from './compiled-json'
import { readMeshInput, meshFlags } from './mesh-input'
import { chooseFormat, formatFlag } from './format'
import { sayRemarks } from './output'
import type { Command } from './command'

/** `meridian compile`: what Pilot would send to the gateway. */
export const compileCommand: Command = {
  name: 'compile',
  usage: 'meridian compile -f PATH… [flags]',
  summary: 'Prints what istiod would send to the gateway: listeners, route configurations, clusters.',
  flags: [...meshFlags, formatFlag('json|yaml'), { name: 'provenance', help: 'where each part comes from; JSON and YAML always say it' }],
  async run(given, { output, stdin }) {
    const format = chooseFormat(given, ['json', 'yaml'], output)
    const input = await readMeshInput(given, stdin)
    const code = sayRemarks(output, input)
    const compiled = input.compile(input.gateway())
    if (format === 'json') await output.print(`${JSON.stringify(compiledJson(compiled), null, 2)}\n`)
    else await output.print(stringify(plainJson(compiledJson(compiled)), { aliasDuplicateObjects: false, version: '1.1', lineWidth: 0 }))
    return code
  },
}
