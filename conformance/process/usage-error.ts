/** What keeps a command from starting and what to do about it; printed as one line, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs a command's main function: one line for a {@link UsageError} and exit 2, the whole error and exit 1 for any other. */
export async function runMain(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (error instanceof UsageError) console.error(error.message)
    else console.error(error)
    process.exitCode = error instanceof UsageError ? 2 : 1
  }
}
