import { isJsonObject, type JsonObject } from '@/lib/std/json'
import { validate } from '@/lib/mesh/istio/validate'
import { generateCase, yamlOf } from './generate/case'
import { generateRefusable } from './generate/refused'
import { shrink } from './generate/shrink'
import { kubeObject } from './kube-object'
import { startJudge, type Judge, type JudgeAnswer } from './judge'

/** What a validator makes of an object. */
export interface ObjectVerdict {
  readonly refused: boolean
  readonly warned: boolean
}

/** An object on which the two validators differ, made as small as it could be. */
export interface ValidationMismatch {
  readonly object: JsonObject
  readonly pilot: ObjectVerdict & { readonly text: string }
  readonly meridian: ObjectVerdict & { readonly text: string }
}

/** What came of a run: how many objects were refused, warned of and taken by both, and how many Pilot could not read. */
export interface ValidationComparison {
  readonly compared: number
  readonly refused: number
  readonly warned: number
  readonly unreadable: number
  readonly mismatches: readonly ValidationMismatch[]
}

const batchSize = 50
const proxy = { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }

/** Compares the verdicts of Istio's validator with lib/mesh's on `objects` objects: a third of them from generated meshes, the others drawn to break rules. */
export async function compareValidation({ objects: count, seed, say, most = 5 }: { readonly objects: number; readonly seed: number; readonly say: (line: string) => void; readonly most?: number }): Promise<ValidationComparison> {
  const judge = await startJudge({ features: 'plain', say })
  const totals = { compared: 0, refused: 0, warned: 0, unreadable: 0 }
  const mismatches: ValidationMismatch[] = []
  try {
    const all = drawn(seed, count)
    for (let from = 0; from < all.length && mismatches.length < most; from += batchSize) {
      const batch = all.slice(from, from + batchSize).map((object, index) => renamed(object, from + index))
      for (const { object, pilot } of await verdicts(judge, batch)) {
        if (pilot === undefined) { totals.unreadable += 1; continue }
        const ours = ourVerdict(object)
        totals.compared += 1
        totals.refused += Number(pilot.refused)
        totals.warned += Number(pilot.warned)
        if (!differ(pilot, ours) || mismatches.length >= most) continue
        mismatches.push(await smallest(judge, object, pilot, ours))
      }
    }
  } finally {
    judge.close()
  }
  return { ...totals, mismatches }
}

function drawn(seed: number, count: number): readonly JsonObject[] {
  const meshes: JsonObject[] = []
  for (let at = 0; meshes.length < count / 3; at += 1) meshes.push(...generateCase(seed + at, 4).objects.filter((object) => String(object['apiVersion']).includes('.istio.io/')))
  const refusable = Array.from({ length: count - Math.min(meshes.length, Math.floor(count / 3)) }, (_, index) => generateRefusable(seed * 1_000_003 + index))
  return [...meshes.slice(0, count - refusable.length), ...refusable]
}

/** Unique names, so that a verdict is told by kind and name; a dot in the name stays, since a rule is about it. */
function renamed(object: JsonObject, index: number): JsonObject {
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {}
  return { ...object, metadata: { ...metadata, name: `o${String(metadata['name']).includes('.') ? '.' : '-'}${index}` } }
}

type Judged = { readonly object: JsonObject; readonly pilot: (ObjectVerdict & { readonly text: string }) | undefined }

async function verdicts(judge: Judge, batch: readonly JsonObject[]): Promise<readonly Judged[]> {
  const answer: JudgeAnswer | undefined = await judge.translate({ yaml: yamlOf(batch), proxy, want: ['times'] }).catch(() => undefined)
  if (answer === undefined || answer.unreadable.length > 0) {
    if (batch.length === 1) return batch.map((object) => ({ object, pilot: undefined }))
    const half = Math.ceil(batch.length / 2)
    return [...await verdicts(judge, batch.slice(0, half)), ...await verdicts(judge, batch.slice(half))]
  }
  const said = new Map(answer.validation.map((entry) => [`${entry.kind} ${entry.name}`, entry]))
  return batch.map((object) => {
    const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {}
    const entry = said.get(`${String(object['kind'])} ${String(metadata['name'])}`)
    return { object, pilot: { refused: entry?.error !== undefined, warned: entry?.warning !== undefined, text: [entry?.error, entry?.warning].filter(Boolean).join(' | ') } }
  })
}

function ourVerdict(object: JsonObject): ObjectVerdict & { readonly text: string } {
  const known = kubeObject(object)
  const findings = known ? validate(known).findings : []
  return {
    refused: findings.some(({ level }) => level === 'error'), warned: findings.some(({ level }) => level === 'warning'),
    text: findings.map(({ level, path, message }) => `${level} ${path}: ${message}`).join(' | '),
  }
}

/** Whether Pilot refuses counts always; whether it warns, where neither refuses. */
function differ(pilot: ObjectVerdict, ours: ObjectVerdict): boolean {
  return pilot.refused !== ours.refused || (!pilot.refused && pilot.warned !== ours.warned)
}

async function smallest(judge: Judge, object: JsonObject, pilot: ObjectVerdict, ours: ObjectVerdict): Promise<ValidationMismatch> {
  const alike = async (candidate: JsonObject): Promise<ValidationMismatch | undefined> => {
    const [judged] = await verdicts(judge, [candidate])
    if (!judged?.pilot) return undefined
    const [theirs, own] = [judged.pilot, ourVerdict(candidate)]
    return differ(theirs, own) && theirs.refused === pilot.refused && own.refused === ours.refused ? { object: candidate, pilot: theirs, meridian: own } : undefined
  }
  const [small = object] = await shrink([object], async ([candidate]) => candidate !== undefined && await alike(candidate) !== undefined, 150)
  return await alike(small) ?? { object, pilot: { ...pilot, text: '' }, meridian: { ...ours, text: '' } }
}
