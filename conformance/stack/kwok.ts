import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@/lib/std/json'
import type { Binaries } from '../build/binaries'
import { startDaemon, type Daemon } from '../process/daemon'

/** Starts kwok, the kubelet of all nodes: it brings pods to Running and serves logs and port-forwards. */
export function startKwok(options: { readonly binaries: Binaries; readonly folder: string; readonly port: number; readonly kubeconfig: string }): Daemon {
  const { binaries, folder, port } = options
  const stages = ['node/fast', 'pod/fast'].flatMap((stage) => {
    const from = join(binaries.kwokStages, stage)
    return readdirSync(from).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml').sort().map((file) => readFileSync(join(from, file), 'utf8'))
  })
  const config = join(folder, 'kwok.yaml')
  writeFileSync(config, stages.join('\n---\n'))
  return startDaemon({
    name: 'kwok', command: binaries.kwok, logFile: join(folder, 'logs', 'kwok.log'),
    args: [
      `--kubeconfig=${options.kubeconfig}`, '--config', config, '--manage-all-nodes', `--server-address=127.0.0.1:${port}`, '--node-ip=127.0.0.1', `--node-port=${port}`, '--cidr=10.244.0.0/16',
      `--tls-cert-file=${join(folder, 'certificates', 'apiserver.crt')}`, `--tls-private-key-file=${join(folder, 'certificates', 'apiserver.key')}`, '--enable-crds=Logs,PortForward',
    ],
  })
}

/** kwok's own objects for one pod: where its containers' logs are, and where its ports lead. */
export function kwokObjects(pod: { readonly namespace: string; readonly name: string }, logFile: string, ports: Readonly<Record<number, number>>): JsonObject[] {
  const metadata = { namespace: pod.namespace, name: pod.name }
  return [
    { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Logs', metadata, spec: { logs: [{ logsFile: logFile, follow: true }] } },
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'PortForward', metadata,
      spec: { forwards: Object.entries(ports).map(([from, to]) => ({ ports: [Number(from)], target: { address: '127.0.0.1', port: to } })) },
    },
  ]
}
