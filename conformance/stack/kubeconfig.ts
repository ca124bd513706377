import { chmodSync, writeFileSync } from 'node:fs'
import { users, type User } from './state'

/** Writes a kubeconfig with a context for each user (`real-admin` …), `current` being the current one. */
export function writeKubeconfig(file: string, options: { readonly server: string; readonly ca: string; readonly tokens: Readonly<Record<User, string>>; readonly current: User }): void {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': `real-${options.current}`,
    clusters: [{ name: 'real', cluster: { server: options.server, 'certificate-authority-data': Buffer.from(options.ca).toString('base64') } }],
    users: users.map((user) => ({ name: `real-${user}`, user: { token: options.tokens[user] } })),
    contexts: users.map((user) => ({ name: `real-${user}`, context: { cluster: 'real', user: `real-${user}`, namespace: 'shop' } })),
  }
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  chmodSync(file, 0o600)
}
