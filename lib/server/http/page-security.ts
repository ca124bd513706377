import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** The Content-Security-Policy of a page with this nonce (security.md). Development needs eval for React's own messages. */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  return [
    "default-src 'none'", `script-src 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`,
    // Next's development overlay and hot style sheets carry no nonce.
    dev ? "style-src-elem 'self' 'unsafe-inline'" : `style-src-elem 'self' 'nonce-${nonce}'`, "style-src-attr 'unsafe-inline'",
    "font-src 'self'", "worker-src 'self'", `connect-src 'self'${dev ? ' ws:' : ''}`, "img-src 'self' data: blob:", "manifest-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'",
  ].join('; ')
}

/** A nonce: 128 random bits. */
export function makeNonce(): string {
  return randomBytes(16).toString('base64')
}

/** Headers of every answer. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY', 'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/** Tells browsers apart for the limits; it carries no rights. The key lives as long as the process. */
export interface BrowserSessions {
  /** The session of a Cookie header; undefined for none, or one that this process did not give. */
  read(cookie: string | undefined): string | undefined
  /** A new one: its id and the Set-Cookie value. */
  create(): { readonly id: string; readonly cookie: string }
}

const cookieName = 'meridian-session'

/** Makes the sessions of one process. */
export function createBrowserSessions(): BrowserSessions {
  const secret = randomBytes(32)
  const seal = (id: string): string => createHmac('sha256', secret).update(id).digest('base64url')
  return {
    read(cookie) {
      const value = (cookie ?? '').split(';').map((part) => part.trim()).find((part) => part.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
      const [id = '', mark = ''] = value?.split('.') ?? []
      const [given, own] = [Buffer.from(mark), Buffer.from(seal(id))]
      return id !== '' && given.length === own.length && timingSafeEqual(given, own) ? id : undefined
    },
    create() {
      const id = randomBytes(12).toString('base64url')
      return { id, cookie: `${cookieName}=${id}.${seal(id)}; Path=/; HttpOnly; SameSite=Strict` }
    },
  }
}
