import type { ReactNode } from 'react'
import { cx } from './cx'

const drawings = {
  search: <><circle cx="7" cy="7" r="4.25" /><path d="m10.25 10.25 3.25 3.25" /></>,
  'chevron-down': <path d="m4 6 4 4 4-4" />,
  'chevron-right': <path d="m6 4 4 4-4 4" />,
  'chevron-left': <path d="m10 4-4 4 4 4" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  lock: <><rect x="3.5" y="7" width="9" height="6.5" rx="1" /><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2" /></>,
  clock: <><circle cx="8" cy="8" r="5.25" /><path d="M8 5v3.25l2 1.25" /></>,
  retry: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v2.75h-2.75" />,
  up: <path d="M8 13V3.5M4.5 7 8 3.5 11.5 7" />,
  down: <path d="M8 3v9.5M4.5 9 8 12.5 11.5 9" />,
  download: <path d="M8 2.5v8M4.75 7.5 8 10.75l3.25-3.25M3 13.5h10" />,
  rewrite: <path d="M3 11.5V9a3 3 0 0 1 3-3h7M10 3l3 3-3 3" />,
  copy: <><rect x="5.5" y="5.5" width="8" height="8" rx="1" /><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" /></>,
  pause: <path d="M5.5 3.5v9M10.5 3.5v9" />,
  play: <path d="M5 3.5v9l7.5-4.5Z" />,
  undo: <path d="M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7M5.5 4 3 6.5 5.5 9" />,
  filter: <path d="M2.5 4h11M4.75 8h6.5M7 12h2" />,
  grip: <path d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" strokeWidth="1.75" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  sun: <><circle cx="8" cy="8" r="2.75" /><path d="M8 1.75v1.5M8 12.75v1.5M1.75 8h1.5M12.75 8h1.5M3.6 3.6l1 1M11.4 11.4l1 1M3.6 12.4l1-1M11.4 4.6l1-1" /></>,
  moon: <path d="M13 9.5A5.5 5.5 0 0 1 6.5 3a5.5 5.5 0 1 0 6.5 6.5Z" />,
  screen: <><rect x="2.5" y="3" width="11" height="8" rx="1" /><path d="M6 13.5h4" /></>,
  more: <path d="M4 8h.01M8 8h.01M12 8h.01" strokeWidth="1.75" />,
} as const satisfies Readonly<Record<string, ReactNode>>

/** The line icons of the pictures, by name. */
export type IconName = keyof typeof drawings

/** A 16 px line icon (12 and 14 by `size`), always hidden from screen readers: the control beside it has the words. */
export function Icon({ name, size = 16, className }: { readonly name: IconName; readonly size?: 12 | 14 | 16; readonly className?: string | undefined }) {
  return (
    <svg className={cx('icon', size !== 16 && `s${size}`, className)} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[name]}
    </svg>
  )
}
