import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './icon'

/** How a button looks: `primary` once a screen, `bare` without a border, `danger` for what cannot be taken back. */
export type ButtonLook = 'plain' | 'primary' | 'bare' | 'danger'

interface Looks {
  readonly look?: ButtonLook
  readonly icon?: IconName | undefined
  /** The key that does the same, shown in the button. */
  readonly hint?: string | undefined
  readonly children?: ReactNode
}

/** A 28 px button. With an icon alone, give `aria-label`. */
export function Button({ look = 'plain', icon, hint, children, className, ...rest }: Looks & ComponentProps<'button'>) {
  return (
    <button type="button" className={cx('btn', look !== 'plain' && look, children === undefined && 'only', className)} {...rest}>
      <Insides icon={icon} hint={hint}>{children}</Insides>
    </button>
  )
}

/** A link that looks like a button. */
export function ButtonLink({ look = 'plain', icon, hint, children, className, ...rest }: Looks & ComponentProps<typeof Link>) {
  return (
    <Link className={cx('btn', look !== 'plain' && look, className)} prefetch={false} {...rest}>
      <Insides icon={icon} hint={hint}>{children}</Insides>
    </Link>
  )
}

function Insides({ icon, hint, children }: Pick<Looks, 'icon' | 'hint' | 'children'>) {
  return (
    <>
      {icon === undefined ? null : <Icon name={icon} size={14} />}
      {children}
      {hint === undefined ? null : <kbd aria-hidden="true">{hint}</kbd>}
    </>
  )
}
