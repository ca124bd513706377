import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const program = fileURLToPath(new URL('../../bin/meridian', import.meta.url))
const elsewhere = mkdtempSync(join(tmpdir(), 'meridian-bin-'))
afterAll(() => rmSync(elsewhere, { recursive: true }))

const mesh = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: g, namespace: edge}
spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
`

function meridian(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [program, ...args], { input: mesh, encoding: 'utf8', cwd: elsewhere })
}

describe('bin/meridian', () => {
  it('answers from any folder, without a build', () => {
    const { status, stdout, stderr } = meridian('compile', '-f', '-')
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout).listeners[0].name).toBe('0.0.0.0_80')
  })
  it('gives exit code 2 and one line for bad usage', () => {
    expect(meridian('explain', '-f', '-', '--what')).toMatchObject({ status: 2, stdout: '', stderr: 'meridian explain: unknown flag --what\n' })
  })
})
