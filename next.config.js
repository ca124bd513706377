import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'
import { usedZod } from './bin/used-zod.mjs'

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  // npm run verify checks the types; the build of a demo need not do it again.
  typescript: { ignoreBuildErrors: true },
  reactStrictMode: true,
  // In dev, React's debug channel rides on the HMR socket of Next's own server; behind our front every navigation would wait for it.
  experimental: { reactDebugChannel: false },
  images: { unoptimized: true },
  serverExternalPackages: ['@kubernetes/client-node', 'undici', 'ws', 'esbuild'],
  devIndicators: false,
  allowedDevOrigins: ['127.0.0.1'],
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
}

/** What a browser is given is smaller than what is developed: zod by what is used of it. */
export default function configOf(phase) {
  if (phase !== PHASE_PRODUCTION_BUILD) return config
  return { ...config, turbopack: { ...config.turbopack, resolveAlias: { 'zod/mini': { browser: usedZod(import.meta.dirname) } } } }
}
