import type { Fields } from './read'
import { validateMatch, validateRegexMatch, writtenMatch } from './string-match'
import { matchedHeaderError } from './validate-headers'
import { validateCommonMatch } from './validate-l4-routes'
import { isDnsLabel, quoted } from './validate-names'
import { errorsOnly, type Report } from './validation-report'

/** Rules of the matches of an http route (validateHTTPRouteMatchRequest): only a uri may have an empty prefix. */
export function validateHttpMatches(route: Fields, outer: Report): void {
  const report = errorsOnly(outer)
  for (const match of route.objects('match')) {
    for (const [name, header] of match.objectMap('headers')) {
      report.check(header.path, matchedHeaderError(name))
      validateMatch(header, report)
    }
    for (const [name, header] of match.objectMap('withoutHeaders')) {
      report.check(header.path, matchedHeaderError(name))
      const { kind, value } = writtenMatch(header)
      if (kind !== 'regex' || value !== '*') validateMatch(header, report)
    }
    validateRegexMatch(match.object('uri'), report)
    for (const key of ['scheme', 'method', 'authority']) validateMatch(match.object(key), report)
    for (const [, parameter] of match.objectMap('queryParams')) validateMatch(parameter, report)
    validateCommonMatch(match, report)
    const source = match.string('sourceNamespace') ?? ''
    if (source !== '' && !isDnsLabel(source)) report.error(`${match.path}.sourceNamespace`, `${quoted(source)} is no namespace`)
  }
}
