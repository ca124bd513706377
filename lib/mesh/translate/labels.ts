/** Whether every pair of `selector` is among `labels`; an empty selector is. */
export function labelsContain(labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  return Object.keys(selector).every((key) => Object.hasOwn(labels, key) && labels[key] === selector[key])
}
