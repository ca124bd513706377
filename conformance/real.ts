import { runMain, UsageError } from './process/usage-error'
import { down, runningStack, runs, up } from './stack/lifecycle'
import { readState, stateFolder, type StackState } from './stack/state'

const usage = 'usage: npm run real -- up | down | env | status'

await runMain(async () => {
  const folder = stateFolder()
  switch (process.argv[2]) {
    case 'up': {
      const begun = Date.now()
      const state = await up(folder, (line) => console.error(line))
      console.error(`The real control plane serves (${((Date.now() - begun) / 1000).toFixed(1)} s): http://${state.exposure.http}, KUBECONFIG=${state.kubeconfig}`)
      return 0
    }
    case 'down': {
      const count = await down(folder)
      console.error(count === 0 ? 'Nothing was running.' : `Stopped ${count} processes.`)
      return 0
    }
    case 'env': {
      const state = runningStack(folder)
      if (state?.phase !== 'ready') throw new UsageError('The real control plane does not run: npm run real -- up')
      console.log(exports(state))
      return 0
    }
    case 'status': {
      const state = readState(folder)
      if (state === undefined) {
        console.log('not running')
        return 1
      }
      console.log(`${runs(state.supervisor) ? state.phase : 'supervisor gone'}   ${folder}`)
      for (const process of [state.supervisor, ...state.processes]) console.log(`${process.name.padEnd(48)} ${String(process.pid).padStart(8)}   ${runs(process) ? 'runs' : 'gone'}`)
      return runs(state.supervisor) && state.phase === 'ready' ? 0 : 1
    }
    default: throw new UsageError(usage)
  }
})

function exports(state: StackState): string {
  return [
    ['KUBECONFIG', state.kubeconfig], ['MERIDIAN_REAL_HTTP', state.exposure.http], ['MERIDIAN_REAL_HTTPS', state.exposure.https], ['MERIDIAN_REAL_MYSQL', state.exposure.mysql],
  ].map(([name, value]) => `export ${name}='${value}'`).join('\n')
}
