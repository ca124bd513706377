/** Stands for next/navigation on the bench's page, which has no router. */
export function useRouter(): { readonly push: (href: string) => void } {
  return { push: (href) => { window.location.href = href } }
}

/** See useRouter. */
export function useParams(): { readonly cluster: string } {
  return { cluster: 'bench' }
}
