import { kubectl } from '../../e2e/kubectl/kubectl'

/** kubectl's standard output; an Error when it fails. */
export async function kubectlOutput(kubeconfig: string, args: readonly string[], input?: string): Promise<string> {
  const finished = await kubectl(kubeconfig, args, input)
  if (finished.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${finished.stderr.trim()}`)
  return finished.stdout
}
