import { isJsonObject, type JsonObject } from '@/lib/std/json'

const quote = 34
const backslash = 92
const openBrace = 123
const closeBrace = 125
const openBracket = 91
const closeBracket = 93

/**
 * Takes a Kubernetes list apart while it arrives: every item is parsed by itself and handed over, so that a list of
 * 50,000 pods never exists as a whole. What is beside the items (kind, metadata) is parsed at the end.
 */
export interface ListSplitter {
  push(chunk: Buffer): void
  /** The list without its items. @throws SyntaxError when the text was no complete list */
  end(): JsonObject
}

/** Makes one. @throws SyntaxError from push() for an item that is no JSON */
export function createListSplitter(onItem: (item: JsonObject) => void): ListSplitter {
  const envelope: Buffer[] = []
  let item: Buffer[] = []
  let depth = 0
  let inString = false
  let escaped = false
  let inItems = false
  let key: Buffer[] = []
  let lastKey = ''

  const finishItem = (end: Buffer): void => {
    item.push(end)
    const value: unknown = JSON.parse((item.length === 1 && item[0] ? item[0] : Buffer.concat(item)).toString('utf8'))
    item = []
    if (isJsonObject(value)) onItem(value)
  }

  return {
    push(chunk) {
      let start = 0
      let keyStart = inString && depth === 1 ? 0 : -1
      const keepEnvelope = (end: number): void => { if (end > start) envelope.push(chunk.subarray(start, end)) }
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i]
        if (inString) {
          if (escaped) escaped = false
          else if (byte === backslash) escaped = true
          else if (byte === quote) {
            inString = false
            if (depth === 1) {
              lastKey = Buffer.concat([...key, chunk.subarray(Math.max(0, keyStart), i)]).toString('utf8')
              key = []
              keyStart = -1
            }
          }
          continue
        }
        if (byte === quote) {
          inString = true
          if (depth === 1) { key = []; keyStart = i + 1 }
        } else if (byte === openBrace || byte === openBracket) {
          if (depth === 2 && inItems && byte === openBrace) start = i
          depth++
          if (depth === 2 && byte === openBracket && lastKey === 'items') {
            keepEnvelope(i + 1)
            inItems = true
            start = i + 1
          }
        } else if (byte === closeBrace || byte === closeBracket) {
          depth--
          if (inItems && depth === 2 && byte === closeBrace) {
            finishItem(chunk.subarray(start, i + 1))
            start = i + 1
          } else if (inItems && depth === 1) {
            inItems = false
            start = i
          }
        }
      }
      if (inString && depth === 1 && keyStart >= 0) key.push(Buffer.from(chunk.subarray(keyStart)))
      if (!inItems) keepEnvelope(chunk.length)
      else if (depth > 2 && start < chunk.length) item.push(chunk.subarray(start))
    },
    end() {
      const value: unknown = JSON.parse(Buffer.concat(envelope).toString('utf8'))
      if (!isJsonObject(value)) throw new SyntaxError('the list is no JSON object')
      return value
    },
  }
}
