/** The project's root folder, absolute. */
export const root: string
