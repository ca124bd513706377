import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from '../build/binaries'
import { startDaemon, type Daemon } from '../process/daemon'
import { waitFor } from '../process/wait-for'
import { createKubeClient } from './kube-client'

/** What etcd and the API server are started with. */
export interface ApiServerOptions {
  readonly binaries: Binaries
  readonly folder: string
  readonly ports: { readonly apiserver: number; readonly etcd: number; readonly etcdPeer: number }
  readonly tokenFile: string
  readonly systemToken: string
}

/** Starts etcd; its data lives in the state folder. */
export function startEtcd({ binaries, folder, ports }: ApiServerOptions): Daemon {
  const peer = `http://127.0.0.1:${ports.etcdPeer}`
  const client = `http://127.0.0.1:${ports.etcd}`
  return startDaemon({
    name: 'etcd', command: binaries.etcd, logFile: join(folder, 'logs', 'etcd.log'),
    args: [
      '--name=real', `--data-dir=${join(folder, 'etcd')}`, `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=real=${peer}`, '--unsafe-no-fsync', '--log-level=warn',
    ],
  })
}

/** Starts kube-apiserver and waits until it is ready (`started` is told at once); with the same folder it is the same server again. */
export async function startApiServer(options: ApiServerOptions, started: (daemon: Daemon) => void): Promise<void> {
  const { binaries, folder, ports } = options
  const certificates = join(folder, 'certificates')
  mkdirSync(certificates, { recursive: true })
  const serviceAccountKey = join(certificates, 'service-account.key')
  if (!existsSync(serviceAccountKey)) {
    writeFileSync(serviceAccountKey, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  }
  const daemon = startDaemon({
    name: 'kube-apiserver', command: binaries.apiserver, logFile: join(folder, 'logs', 'kube-apiserver.log'),
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`, `--secure-port=${ports.apiserver}`, '--bind-address=127.0.0.1', '--advertise-address=127.0.0.1', `--cert-dir=${certificates}`,
      `--service-account-key-file=${serviceAccountKey}`, `--service-account-signing-key-file=${serviceAccountKey}`, '--service-account-issuer=https://kubernetes.default.svc',
      `--token-auth-file=${options.tokenFile}`, '--authorization-mode=RBAC', '--service-cluster-ip-range=10.96.0.0/16', '--disable-admission-plugins=ServiceAccount',
      '--kubelet-preferred-address-types=InternalIP', '--allow-privileged=true', '--endpoint-reconciler-type=none',
    ],
  })
  started(daemon)
  const dead = daemon.exited.then((why) => { throw new Error(`kube-apiserver ended (${why}); see its log`) })
  dead.catch(() => {})
  await Promise.race([dead, waitFor('the API server\'s readiness', async () => {
    const client = createKubeClient({ port: ports.apiserver, ca: apiServerCa(folder), token: options.systemToken })
    try {
      return (await client.call('GET', '/readyz')).status === 200 ? true : undefined
    } finally {
      client.close()
    }
  }, { seconds: 90 })])
}

/** The certificates that the API server made for itself: its own and its issuer's, PEM. */
export function apiServerCa(folder: string): string {
  return readFileSync(join(folder, 'certificates', 'apiserver.crt'), 'utf8')
}
