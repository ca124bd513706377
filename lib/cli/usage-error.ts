/** Something the caller must say otherwise: one line on stderr, exit code 2. */
export class UsageError extends Error {}
