/** A moment of a log: whole seconds since 1970 and nanoseconds of the second. */
export interface LineTime {
  readonly seconds: number
  readonly nanos: number
}

/** Reads times of the form that the contract agrees on (RFC 3339 in UTC); remembers the last second, since lines come in order. */
export function createTimeReader(): (text: string) => LineTime {
  let known = ''
  let seconds = 0
  return (text) => {
    const second = text.slice(0, 19)
    if (second !== known) {
      const millis = Date.parse(`${second}Z`)
      known = second
      seconds = Number.isNaN(millis) ? 0 : Math.max(0, millis / 1000)
    }
    const fraction = text.charAt(19) === '.' ? text.slice(20, text.endsWith('Z') ? -1 : undefined) : ''
    return { seconds, nanos: Number(fraction.slice(0, 9).padEnd(9, '0')) || 0 }
  }
}

/** The time as it was written, with nine digits of fraction. */
export function writeTime({ seconds, nanos }: LineTime): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${String(nanos).padStart(9, '0')}Z`
}
