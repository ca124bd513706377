import type { Json } from '@/lib/std/json'
import { bufferedPrint } from './buffered-print'
import { explanationJson } from './explanation-json'
import type { Output } from './output'
import { idOf, readBatchLine, unknownFields } from './request/batch-line'
import { safe } from './text/safe'
import { explainCall, type CallTarget } from '@/lib/contract/call/explain-call'

/** What a batch is answered with. */
export interface BatchSurroundings {
  targetOf(gateway: string | undefined): CallTarget
  readonly output: Output
  readFile(file: string): string
}

/** Answers a file of calls in their order, one JSON line each; a bad line is `{id, error}` and makes the exit code 2. */
export async function runBatch(text: string, surroundings: BatchSurroundings): Promise<0 | 2> {
  let code: 0 | 2 = 0
  const output = bufferedPrint(surroundings.output)
  const told = new Set<string>()
  let number = 0
  for (const line of text.split('\n')) {
    number += 1
    if (line.trim() === '') continue
    const answer = answerLine(line, surroundings)
    for (const field of answer.unknown ?? []) {
      if (!told.has(field)) surroundings.output.say(safe(`warning: line ${number}: unknown field ${JSON.stringify(field)}`))
      told.add(field)
    }
    if (answer.error !== undefined) code = 2
    await output.print(`${JSON.stringify(answer.error === undefined ? answer.value : { id: answer.id, error: `line ${number}: ${answer.error}` })}\n`)
  }
  await output.end()
  return code
}

type Answer = { readonly id: Json; readonly value: object; readonly unknown: readonly string[]; readonly error?: undefined } | { readonly id: Json; readonly error: string; readonly unknown?: undefined }

function answerLine(text: string, { targetOf, readFile }: BatchSurroundings): Answer {
  let id: Json = null
  try {
    const line: unknown = JSON.parse(text)
    id = idOf(line)
    const { call, gateway } = readBatchLine(line, readFile)
    return { id, unknown: unknownFields(line), value: { id, ...explanationJson(explainCall(targetOf(gateway), call)) } }
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) }
  }
}
