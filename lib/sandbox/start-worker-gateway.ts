import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerStart } from './gateway-messages'
import type { ApplyResult, GatewayRuntime, GatewayRuntimeOptions } from './gateway-runtime'

/** A message that asks for an answer, without the id that is given here. */
type Question = ToWorker extends infer Message ? (Message extends { readonly id: number } ? Omit<Message, 'id'> : never) : never

/** Starts the JavaScript data plane in a worker thread; `workerPath` as gateway-runtime.ts says. */
export async function startWorkerGateway(options: GatewayRuntimeOptions, workerPath: string): Promise<GatewayRuntime> {
  const start: WorkerStart = { options }
  const worker = new Worker(workerPath, { workerData: start, stdout: false, stderr: false })
  const lineListeners = new Set<(line: string) => void>()
  const exitListeners = new Set<(reason: string) => void>()
  const questions = new Map<number, { readonly resolve: (answer: FromWorker) => void; readonly reject: (error: Error) => void }>()
  const state = { bound: new Map<number, number>(), next: 1, stopping: false, ended: false, early: new Array<string>() }

  const ended = (reason: string) => {
    if (state.ended) return
    state.ended = true
    for (const question of questions.values()) question.reject(new Error(`the gateway's worker ended: ${reason}`))
    questions.clear()
    if (!state.stopping) for (const listener of exitListeners) listener(reason)
  }
  const ask = (question: Question): Promise<FromWorker> => new Promise((resolve, reject) => {
    if (state.ended) {
      reject(new Error("the gateway's worker has ended"))
      return
    }
    const id = state.next++
    questions.set(id, { resolve, reject })
    const message: ToWorker = { ...question, id }
    worker.postMessage(message)
  })
  const started = new Promise<{ readonly adminPort: number; readonly readyPort: number }>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'started') return resolve(message)
      if (message.kind === 'lines') return message.lines.forEach((line) => (lineListeners.size === 0 ? state.early.push(line) : lineListeners.forEach((listener) => listener(line))))
      if (message.kind === 'quit') return ended(message.reason)
      if (message.kind === 'applied') state.bound = new Map(message.bound)
      const question = questions.get(message.id)
      questions.delete(message.id)
      if (message.kind === 'failed') question?.reject(new Error(message.message))
      else question?.resolve(message)
    })
    worker.once('error', (error) => {
      reject(error)
      ended(error instanceof Error ? error.message : String(error))
    })
    worker.once('exit', (code) => {
      reject(new Error(`the gateway's worker ended with code ${String(code)}`))
      ended(`exit code ${String(code)}`)
    })
  })
  const ports = await started
  return {
    implementation: 'javascript',
    adminPort: ports.adminPort,
    readyPort: ports.readyPort,
    apply: async (configuration): Promise<ApplyResult> => {
      const answer = await ask({ kind: 'apply', configuration })
      return answer.kind === 'applied' ? answer.result : { rejected: [] }
    },
    setPlaces: async (places) => {
      await ask({ kind: 'places', places })
    },
    boundPorts: () => state.bound,
    lines: (onLine) => {
      for (const line of state.early.splice(0)) onLine(line)
      lineListeners.add(onLine)
      return () => lineListeners.delete(onLine)
    },
    exited: (onExit) => {
      exitListeners.add(onExit)
      return () => exitListeners.delete(onExit)
    },
    adminRequests: async () => {
      const answer = await ask({ kind: 'requests' })
      return new Map(answer.kind === 'requests' ? answer.counts : [])
    },
    stop: async () => {
      state.stopping = true
      if (!state.ended) await ask({ kind: 'stop' }).catch(() => undefined)
      await worker.terminate()
    },
  }
}
