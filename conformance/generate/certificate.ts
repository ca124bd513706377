/** A certificate of its own for generated meshes, good for a hundred years; nothing is served with it. */
export const certificate = `${[
  '-----BEGIN CERTIFICATE-----',
  'MIIBkDCCATWgAwIBAgIUM0tUT8DkvkEbVG3ulEOCYrpPr7AwCgYIKoZIzj0EAwIw',
  'HDEaMBgGA1UEAwwRZ2VuZXJhdGVkLmV4YW1wbGUwIBcNMjYxMTI0MDE0NjMxWhgP',
  'MjEyNjEwMzEwMTQ2MzFaMBwxGjAYBgNVBAMMEWdlbmVyYXRlZC5leGFtcGxlMFkw',
  'EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7pUKHwPobzddru6O7yHZGNaW6Nxgnpur',
  'OAMKyrcQYSPMn0RP6ObD9l23XdTifc+8jHsgftMFzUUiUc2XrIU2V6NTMFEwHQYD',
  'VR0OBBYEFELyZc1q1GfSLILCsDUEO3MbmKtUMB8GA1UdIwQYMBaAFELyZc1q1GfS',
  'LILCsDUEO3MbmKtUMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIh',
  'APsT5/rSBboE8zlDNSxZ9RrQFwNE80T24JdCbdcTX+FMAiEAhnVrr/3cgjfuewt6',
  '/0tW9eTthcJMOAKvriOTMi6cuAo=',
  '-----END CERTIFICATE-----',
].join('\n')}\n`

/** The certificate's key. */
export const certificateKey = `${[
  '-----BEGIN PRIVATE KEY-----',
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMoKV3yO5kZunYHIV',
  'NyWPHYxgi8ssWvwjqJBkhKiZ04+hRANCAATulQofA+hvN12u7o7vIdkY1pbo3GCe',
  'm6s4AwrKtxBhI8yfRE/o5sP2Xbdd1OJ9z7yMeyB+0wXNRSJRzZeshTZX',
  '-----END PRIVATE KEY-----',
].join('\n')}\n`
