import { notFound } from 'next/navigation'

/** What is no page of a cluster is said inside the shell. */
export default function UnknownPage(): never {
  notFound()
}
