import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { startJudge } from './judge'
import { UsageError, runMain } from './process/usage-error'

const usage = 'usage: npm run judge -- -f FILE.yaml|- --labels istio=ingressgateway[,k=v] [-n istio-system] [--features plain|default] [--mesh FILE] [--want listeners,routes,clusters,endpoints,times]'

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      file: { type: 'string', short: 'f', multiple: true }, labels: { type: 'string', default: 'istio=ingressgateway' }, namespace: { type: 'string', short: 'n', default: 'istio-system' },
      features: { type: 'string', default: 'plain' }, mesh: { type: 'string' }, want: { type: 'string' },
    },
  })
  if (values.file === undefined || (values.features !== 'plain' && values.features !== 'default')) throw new UsageError(usage)
  const judge = await startJudge({ features: values.features, say: (line) => console.error(line) })
  try {
    const answer = await judge.translate({
      yaml: values.file.map((file) => readFileSync(file === '-' ? 0 : file, 'utf8')).join('\n---\n'),
      proxy: { namespace: values.namespace, labels: parseLabels(values.labels) },
      ...(values.mesh === undefined ? {} : { meshConfig: readFileSync(values.mesh, 'utf8') }),
      ...(values.want === undefined ? {} : { want: values.want.split(',').map(wanted) }),
    })
    console.log(JSON.stringify(answer, null, 2))
    return 0
  } finally {
    judge.close()
  }
})

function wanted(word: string): 'listeners' | 'routes' | 'clusters' | 'endpoints' | 'times' {
  if (word === 'listeners' || word === 'routes' || word === 'clusters' || word === 'endpoints' || word === 'times') return word
  throw new UsageError(usage)
}

function parseLabels(text: string): Record<string, string> {
  return Object.fromEntries(text.split(',').filter(Boolean).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
