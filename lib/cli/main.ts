import { run } from './run'

/** Ends quietly when the reader of a pipe is gone (`meridian … | head`). */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

process.exitCode = await run(process.argv.slice(2), {
  output: {
    print: (text) => new Promise((resolve) => { process.stdout.write(text, () => resolve()) }),
    say: (line) => { process.stderr.write(`${line}\n`) },
    terminal: process.stdout.isTTY === true,
    colour: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb',
    columns: Math.max(40, process.stdout.columns || 80),
  },
  async stdin() {
    const chunks: Uint8Array[] = []
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  },
})
