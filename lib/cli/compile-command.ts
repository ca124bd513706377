import { stringify } from 'yaml'
import { compiledJson, plainJson } from './compiled-json'
import { readMeshInput, meshFlags } from './mesh-input'
import { chooseFormat, formatFlag } from './format'
import { sayRemarks } from './output'
import { refuseWords } from './parse-flags'
import { printJson } from './print-json'
import type { Command } from './command'
import { compileText } from './text/compile-text'
import { paintFor } from './text/paint'

/** `meridian compile`: what Pilot would send to the gateway. */
export const compileCommand: Command = {
  name: 'compile',
  usage: 'meridian compile -f PATH… [flags]',
  summary: 'Prints what istiod would send to the gateway: listeners, route configurations, clusters.',
  flags: [...meshFlags, formatFlag('json|yaml|text'), { name: 'provenance', help: 'with -o text: the object and field behind each row (JSON and YAML always say them)' }],
  async run(given, { output, stdin }) {
    refuseWords(given)
    const format = chooseFormat(given, ['json', 'yaml', 'text'], output)
    const input = await readMeshInput(given, stdin)
    const code = sayRemarks(output, input)
    const compiled = input.compile(input.gateway())
    if (format === 'text') await output.print(compileText(compiled, { columns: output.columns, paint: paintFor(output.colour), provenance: given.has('provenance') }))
    else if (format === 'json') await printJson(output, compiledJson(compiled))
    else await output.print(stringify(plainJson(compiledJson(compiled)), { aliasDuplicateObjects: false, version: '1.1', lineWidth: 0 }))
    return code
  },
}
