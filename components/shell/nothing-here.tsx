import Link from 'next/link'

/** The page for a URL that is none of ours. */
export function NothingHere() {
  return (
    <main id="main" className="state panel" tabIndex={-1}>
      <h1 className="text-14 font-semibold text-ink">There is no such page</h1>
      <p>The link may be of another version, or the object was renamed. <Link className="link" prefetch={false} href="/">Open the gateways of the current context</Link></p>
    </main>
  )
}
