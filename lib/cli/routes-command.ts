import { stringify } from 'yaml'
import type { Command } from './command'
import { plainJson } from './compiled-json'
import { effectiveTable } from './effective-table'
import { chooseFormat, formatFlag } from './format'
import { meshFlags, readMeshInput } from './mesh-input'
import { sayRemarks } from './output'
import { refuseWords } from './parse-flags'
import { printJson } from './print-json'
import { paintFor } from './text/paint'
import { routesText } from './text/routes-text'

/** `meridian routes`: every host of the gateway with its rules in the order in which Envoy tries them. */
export const routesCommand: Command = {
  name: 'routes',
  usage: 'meridian routes -f PATH… [flags]',
  summary: 'Prints the effective table: hosts, rules in the order in which Envoy tries them, destinations with weights, and the object and field of each.',
  flags: [...meshFlags, formatFlag('text|json|yaml')],
  async run(given, { output, stdin }) {
    refuseWords(given)
    const format = chooseFormat(given, ['text', 'json', 'yaml'], output)
    const input = await readMeshInput(given, stdin)
    const code = sayRemarks(output, input)
    const effective = effectiveTable(input.compile(input.gateway()))
    if (format === 'text') await output.print(routesText(effective, { columns: output.columns, paint: paintFor(output.colour) }))
    else if (format === 'json') await printJson(output, effective)
    else await output.print(stringify(plainJson(effective), { aliasDuplicateObjects: false, version: '1.1', lineWidth: 0 }))
    return code
  },
}
