import type { Problem } from '../problem'
import { kubeTexts } from './kube-problem-texts'

type Params = Problem['params']

/** The registry of codes: what each says of its parameters, in one sentence. IST… are Istio's own. */
const texts: Readonly<Record<string, (params: Params) => string>> = {
  ...kubeTexts,
  IST0101: ({ reftype = 'object', refval = '' }) => `the ${reftype} ${refval} is not there`,
  MER001: ({ host = '', everything = '' }) => `this Gateway kills istiod: host ${host} stands after ${everything}, and istiod reads past the end of its list`,
  MER010: ({ port = '', by = '', reason = '' }) => `this server on port ${port} is dropped${by === '' ? '' : `, because ${by} has the port`}${reason === '' ? '' : ` (${reason.replaceAll('-', ' ')})`}`,
  MER011: ({ host = '', port = '', by = '' }) => `host ${host} on port ${port} is dropped${by === '' ? '' : `: ${by} has it already`}`,
  MER014: ({ host = '', rule = '', byRule = '' }) => `${host} rule ${rule} is never reached, because of rule ${byRule}`,
  MER052: ({ destination = '', ready = '', total = '', share = '' }) => (ready === '0'
    ? `${destination} has no ready endpoint and gets ${share} % of this rule`
    : `${destination} has ${ready} of ${total} endpoints ready and gets ${share} % of this rule`),
}

/** A problem in one sentence. Its own `message` goes before the registry's text; without either, its parameters. */
export function problemText(problem: Pick<Problem, 'code' | 'params'>): string {
  const own = problem.params['message']
  if (own !== undefined && own !== '') return own
  const text = Object.hasOwn(texts, problem.code) ? texts[problem.code] : undefined
  if (text) return text(problem.params)
  return Object.keys(problem.params).sort().map((name) => `${name} ${problem.params[name] ?? ''}`).join(', ')
}
