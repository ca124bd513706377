/** How urgent a certificate is by the days that are left of it: bad under 7 (or ended), warn under 30. */
export function certificateState(daysLeft: number): 'ok' | 'warn' | 'bad' {
  return daysLeft < 7 ? 'bad' : daysLeft < 30 ? 'warn' : 'ok'
}
