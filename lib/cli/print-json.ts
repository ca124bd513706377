import { bufferedPrint, type BufferedPrint } from './buffered-print'
import type { Output } from './output'

/**
 * Prints an object as indented JSON, the items of its lists one by one: the answer for a large mesh is longer than the
 * longest text that Node holds.
 */
export async function printJson(to: Output, value: object): Promise<void> {
  const output = bufferedPrint(to)
  await output.print('{')
  let separator = ''
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    await output.print(`${separator}\n  ${JSON.stringify(key)}: `)
    if (Array.isArray(item) && item.length > 0) await printList(output, item)
    else await output.print(indented(item, '  '))
    separator = ','
  }
  await output.print('\n}\n')
  await output.end()
}

async function printList(output: BufferedPrint, items: readonly unknown[]): Promise<void> {
  await output.print('[')
  for (const [index, item] of items.entries()) await output.print(`${index === 0 ? '' : ','}\n    ${indented(item, '    ')}`)
  await output.print('\n  ]')
}

function indented(value: unknown, indent: string): string {
  return (JSON.stringify(value, null, 2) ?? 'null').replaceAll('\n', `\n${indent}`)
}
