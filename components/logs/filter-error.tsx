import type { FilterIssue } from '@/lib/mesh/log/log-filter'
import { Glyph } from '../ui/glyph'

/** What is wrong with the filter, at its place; the former filter stays in force meanwhile. */
export function FilterError({ text, issues, id }: { readonly text: string; readonly issues: readonly FilterIssue[]; readonly id: string }) {
  const issue = issues[0]
  if (!issue) return null
  return (
    <div className="logs-filter-error small" id={id} role="alert">
      <Glyph shape="bad" label="" />
      <span className="m cut">{text.slice(0, issue.from)}<mark>{text.slice(issue.from, issue.to)}</mark>{text.slice(issue.to)}</span>
      <span>{issue.message}. The filter before it stays in force.</span>
    </div>
  )
}
