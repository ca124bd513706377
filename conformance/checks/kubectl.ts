import { run, type Finished } from '../process/run'

/** kubectl with a kubeconfig; never throws on its exit code. */
export function kubectl(kubeconfig: string, args: readonly string[], input?: string): Promise<Finished> {
  return run('kubectl', ['--kubeconfig', kubeconfig, ...args], input === undefined ? {} : { input })
}

/** kubectl's standard output; an Error when it fails. */
export async function kubectlOutput(kubeconfig: string, args: readonly string[], input?: string): Promise<string> {
  const finished = await kubectl(kubeconfig, args, input)
  if (finished.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${finished.stderr.trim()}`)
  return finished.stdout
}
