'use client'
import type { ComponentProps } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './icon'

/**
 * A one-line input with its icon at left and the key that focuses it at right.
 * `big` is the 40 px input of the Gateways screen. `label` is what a screen reader says.
 */
export function TextField({ label, icon, hint, big = false, invalid = false, mono = false, className, ...rest }: {
  readonly label: string
  readonly icon?: IconName | undefined
  readonly hint?: string | undefined
  readonly big?: boolean
  readonly invalid?: boolean
  readonly mono?: boolean
} & ComponentProps<'input'>) {
  return (
    <label className={cx('field', big && 'big', className)} data-invalid={invalid ? '' : undefined}>
      {icon === undefined ? null : <Icon name={icon} />}
      <input aria-label={label} aria-invalid={invalid || undefined} autoComplete="off" spellCheck={false} className={cx(mono && 'm')} {...rest} />
      {hint === undefined ? null : <kbd aria-hidden="true">{hint}</kbd>}
    </label>
  )
}
