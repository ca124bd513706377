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

export default config
