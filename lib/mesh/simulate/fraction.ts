import type { Fraction } from './request-facts'
import { numberOf, objectOf } from './read'

const denominators: ReadonlyMap<string, number> = new Map([['HUNDRED', 100], ['TEN_THOUSAND', 10_000], ['MILLION', 1_000_000]])

/** envoy.type.v3.FractionalPercent; an absent numerator is 0, an absent denominator HUNDRED. */
export function fractionOf(value: unknown): Fraction {
  const percent = objectOf(value)
  const denominator = percent.denominator
  return {
    numerator: numberOf(percent.numerator) ?? 0,
    denominator: (typeof denominator === 'string' ? denominators.get(denominator) : undefined) ?? 100,
  }
}

/** envoy.config.core.v3.RuntimeFractionalPercent: no layer of runtime is known, so its default counts. */
export function runtimeFractionOf(value: unknown): Fraction {
  return fractionOf(objectOf(value).default_value)
}

/** A draw that can only end one way; undefined for a real chance. */
export function certain(fraction: Fraction): boolean | undefined {
  if (fraction.numerator <= 0) return false
  return fraction.numerator >= fraction.denominator ? true : undefined
}
