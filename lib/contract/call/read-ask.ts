import type { CallParams } from './call-params'

/** What a pasted line says of a request; fields that it does not name are absent. */
export type Ask = Pick<CallParams, 'url' | 'method' | 'header' | 'protocol' | 'cert' | 'claims'>

/**
 * Reads what people paste: a URL, `METHOD URL`, or a curl command (-X, -H, -A, -e, -b, -u, -I, -d and its kin, --json, -G, -E,
 * --http1.1, --http2). Of a curl command's other options those with a value are skipped with it. Never throws.
 */
export function readAsk(text: string): Ask {
  const words = splitWords(text.trim())
  const [first = '', second] = words
  if (first === 'curl' || first.endsWith('/curl')) return readCurl(words.slice(1))
  if (second !== undefined && isMethod(first)) return { method: first, url: words.slice(1).join(' ') }
  return { url: text.trim() }
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']

function isMethod(word: string): boolean {
  return methods.includes(word)
}

const data = new Set(['-d', '--data', '--data-raw', '--data-binary', '--data-ascii', '--data-urlencode', '-F', '--form'])
const skipped = new Set(['-o', '--output', '-w', '--write-out', '--resolve', '--connect-to', '-m', '--max-time', '--connect-timeout', '--cacert', '--key', '--retry', '-x', '--proxy', '-c', '--cookie-jar', '-T', '--upload-file', '--interface', '--max-redirs', '-r', '--range'])
const headerOf: Readonly<Record<string, string>> = { '-A': 'user-agent', '--user-agent': 'user-agent', '-e': 'referer', '--referer': 'referer', '-b': 'cookie', '--cookie': 'cookie' }

function readCurl(words: readonly string[]): Ask {
  const header: string[] = []
  let url: string | undefined
  let method: string | undefined
  let protocol: Ask['protocol']
  let body = false
  let head = false
  let get = false
  let cert = false
  for (let at = 0; at < words.length; at += 1) {
    const [option, given] = splitOption(words[at] ?? '')
    const value = (): string => given ?? words[++at] ?? ''
    const named = Object.hasOwn(headerOf, option) ? headerOf[option] : undefined
    if (option === '-X' || option === '--request') method = value()
    else if (option === '-H' || option === '--header') header.push(value())
    else if (option === '--url') url = value()
    else if (named !== undefined) header.push(`${named}: ${value()}`)
    else if (option === '-u' || option === '--user') header.push(`authorization: Basic ${btoa(value())}`)
    else if (option === '--oauth2-bearer') header.push(`authorization: Bearer ${value()}`)
    else if (data.has(option)) {
      value()
      body = true
    } else if (option === '--json') {
      value()
      body = true
      header.push('content-type: application/json', 'accept: application/json')
    } else if (option === '-E' || option === '--cert') {
      value()
      cert = true
    } else if (option === '-I' || option === '--head') head = true
    else if (option === '-G' || option === '--get') get = true
    else if (option === '--http1.1' || option === '--http1.0') protocol = 'http1'
    else if (option === '--http2' || option === '--http2-prior-knowledge') protocol = 'http2'
    else if (skipped.has(option)) value()
    else if (!option.startsWith('-') && url === undefined) url = option
  }
  const meant = method ?? (head ? 'HEAD' : body && !get ? 'POST' : undefined)
  return { url: url ?? '', ...(meant === undefined ? {} : { method: meant }), ...(header.length === 0 ? {} : { header }), ...(protocol === undefined ? {} : { protocol }), ...(cert ? { cert: 'true' as const } : {}) }
}

/** `-XPOST` and `--request=POST` carry their value with them. */
function splitOption(word: string): readonly [string, string | undefined] {
  if (word.startsWith('--')) {
    const equals = word.indexOf('=')
    return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)]
  }
  return word.length > 2 && word.startsWith('-') && 'XHAebudEoF'.includes(word.charAt(1)) ? [word.slice(0, 2), word.slice(2)] : [word, undefined]
}

/** Words as a shell splits them: quotes, backslashes, and lines that go on. */
function splitWords(text: string): readonly string[] {
  const words: string[] = []
  let word = ''
  let open = false
  let quote = ''
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (quote !== '') {
      if (sign === quote) quote = ''
      else if (sign === '\\' && quote === '"') word += text.charAt(++at)
      else word += sign
    } else if (sign === '\'' || sign === '"') [quote, open] = [sign, true]
    else if (sign === '\\') {
      const next = text.charAt(++at)
      if (next !== '\n' && next !== '\r') [word, open] = [word + next, true]
    } else if (sign.trim() === '') {
      if (open) words.push(word)
      ;[word, open] = ['', false]
    } else [word, open] = [word + sign, true]
  }
  if (open) words.push(word)
  return words
}
