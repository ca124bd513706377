import { readFileSync } from 'node:fs'

/** Whether a process with this id runs (a zombie does not). */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return !statLine(pid).startsWith('Z')
}

/** When the process started, in the kernel's ticks since boot; undefined when it is gone. Tells a reused id from the one that was meant. */
export function startTime(pid: number): string | undefined {
  return statLine(pid).split(' ')[19]
}

/** /proc/<pid>/stat after the command's name (which may hold spaces); empty where there is none. */
function statLine(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)
  } catch {
    return ''
  }
}
