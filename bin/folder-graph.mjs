// node bin/folder-graph.mjs: writes which folder imports which, with the number of imports, into ARCHITECTURE.md.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './prepare.mjs'

const { stdout } = spawnSync(process.execPath, ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'app', 'components', 'lib'], { cwd: root, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
const folder = (path) => (path.startsWith('lib/') ? path.split('/').slice(0, 2).join('/') : path.split('/')[0])
const edges = new Map()
for (const module of JSON.parse(stdout).modules) {
  if (module.source.includes('.test.') || module.source.startsWith('node_modules')) continue
  for (const { resolved } of module.dependencies) {
    const [from, to] = [folder(module.source), folder(resolved)]
    if (!/^(app|components|lib\/)/.test(to) || from === to) continue
    edges.set(from, new Map([...(edges.get(from) ?? []), [to, (edges.get(from)?.get(to) ?? 0) + 1]]))
  }
}
const rows = [...edges].sort(([a], [b]) => (a < b ? -1 : 1)).map(([from, to]) => `${from.padEnd(14)} → ${[...to].sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} (${count})`).join(', ')}`)
const file = join(root, 'ARCHITECTURE.md')
const text = readFileSync(file, 'utf8')
const made = text.replace(/<!-- graph -->[\s\S]*<!-- \/graph -->/, `<!-- graph -->\n\`\`\`\n${rows.join('\n')}\n\`\`\`\n<!-- /graph -->`)
writeFileSync(file, made)
