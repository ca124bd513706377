import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** A container's log file as a container runtime writes it: `<RFC3339Nano> stdout F <line>`. */
export interface CriLog {
  readonly file: string
  write(stream: 'stdout' | 'stderr', line: string): void
  /** Renames the file and starts a new one, as a kubelet does. */
  rotate(): void
  close(): void
}

/** Opens (or goes on with) a log file. */
export function openCriLog(file: string): CriLog {
  mkdirSync(dirname(file), { recursive: true })
  let handle: number | undefined = openSync(file, 'a')
  let last = 0
  let within = 0
  return {
    file,
    write(stream, line) {
      if (handle === undefined) return
      const now = Date.now()
      within = now === last ? Math.min(within + 1, 999_999) : 0
      last = now
      const stamp = `${new Date(now).toISOString().slice(0, -1)}${String(within).padStart(6, '0')}Z`
      writeSync(handle, `${stamp} ${stream} F ${line}\n`)
    },
    rotate() {
      if (handle === undefined) return
      closeSync(handle)
      renameSync(file, `${file}.${new Date().toISOString().replaceAll(/[-:.TZ]/g, '').slice(0, 14)}`)
      handle = openSync(file, 'a')
    },
    close() {
      if (handle !== undefined) closeSync(handle)
      handle = undefined
    },
  }
}
