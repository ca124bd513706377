/** The cookie that holds the theme. */
export const themeCookie = 'meridian-theme'

/** `system` follows the operating system; the others force color-scheme through data-theme. */
export const themes = ['system', 'light', 'dark'] as const

/** See themes. */
export type Theme = (typeof themes)[number]
