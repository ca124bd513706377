import type { Json } from '@/lib/std/json'
import type { Route, RouteMatch } from '../envoy/route'
import type { HttpMatch, HttpRoute } from '../istio/virtual-service'
import type { Origin } from './compiled'
import { resolveGatewayName } from './host-name'
import { labelsContain } from './labels'
import type { OwnedHttpRoute, ResolvedVirtualService } from './resolved-virtual-service'
import { headerOptions, translateDirectResponse, translateRedirect, translateRouteAction } from './route-action'
import type { RouteContext } from './route-context'
import { perFilterConfig } from './route-filters'
import { isCatchAllMatch, translateRouteMatch } from './route-match'

/** An Envoy route with the field it came from. */
export interface BuiltRoute {
  readonly route: Route
  readonly origin: Origin
  readonly catchAll: boolean
}

/** Istio's BuildHTTPRoutesForVirtualService: one route a match, in order, up to the first that takes everything (SPEC RO1). */
export function buildHttpRoutes(virtualService: ResolvedVirtualService, context: RouteContext): readonly BuiltRoute[] {
  const built: BuiltRoute[] = []
  for (const owned of virtualService.http) {
    if (owned.route.match.length === 0) {
      const route = translateRoute(owned, undefined, { virtualService, context })
      if (route) built.push(route)
      break
    }
    let ended = false
    for (const match of owned.route.match) {
      const route = translateRoute(owned, match, { virtualService, context })
      if (!route) continue
      built.push(route)
      if (route.catchAll) {
        ended = true
        break
      }
    }
    if (ended) break
  }
  return built
}

interface At {
  readonly virtualService: ResolvedVirtualService
  readonly context: RouteContext
}

function translateRoute(owned: OwnedHttpRoute, match: HttpMatch | undefined, at: At): BuiltRoute | undefined {
  const { virtualService, context } = at
  const rule = owned.route
  if (match && match.port !== 0 && match.port !== context.serverPort) return undefined
  if (match && !sourceMatches(match, virtualService, context)) return undefined
  const routeMatch = translateRouteMatch(match, virtualService.semantics)
  const name = match && match.name !== '' ? `${rule.name}.${match.name}` : rule.name
  const action = actionOf(rule, routeMatch, at)
  const filters = perFilterConfig(rule.fault, rule.corsPolicy)
  const origin: Origin = { resource: owned.owner, path: match?.path ?? rule.path }
  const route: Route = {
    ...(name === '' ? {} : { name }),
    match: routeMatch,
    ...action,
    metadata: metadataOf(virtualService),
    decorator: { operation: operationOf(action, routeMatch, at) },
    ...(filters === undefined ? {} : { typed_per_filter_config: filters }),
    ...headersOf(rule),
    ...(match && match.statPrefix !== '' ? { stat_prefix: match.statPrefix } : {}),
  }
  return { route, origin, catchAll: isCatchAllMatch(routeMatch) }
}

/** Istio's sourceMatchHTTP: named gateways decide alone; else the pod's labels and namespace do (SPEC RO3). */
function sourceMatches(match: HttpMatch, virtualService: ResolvedVirtualService, context: RouteContext): boolean {
  if (match.gateways.length > 0) return match.gateways.some((gateway) => resolveGatewayName(gateway, virtualService.namespace) === context.gatewayName)
  return labelsContain(context.proxy.labels, match.sourceLabels) && (match.sourceNamespace === '' || match.sourceNamespace === context.proxy.namespace)
}

function actionOf(rule: HttpRoute, match: RouteMatch, { virtualService, context }: At): Partial<Route> {
  if (rule.redirect) {
    const redirect = translateRedirect(rule.redirect, { serverPort: context.serverPort, tls: context.tls })
    return redirect ? { redirect } : {}
  }
  if (rule.directResponse) return { direct_response: translateDirectResponse(rule.directResponse) }
  const route = translateRouteAction(rule, match, { virtualService, context })
  return { route: virtualService.semantics === 'gateway-api' ? { ...route, cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' } : route }
}

/** The rule's own headers, with the single destination's after them. */
function headersOf(rule: HttpRoute): Partial<Route> {
  const own = headerOptions(rule.headers)
  const [single] = rule.route
  if (rule.redirect || rule.directResponse || rule.route.length !== 1 || !single?.headers) return own
  const inner = headerOptions(single.headers)
  const keys = new Set([...Object.keys(own), ...Object.keys(inner)])
  return Object.fromEntries([...keys].map((key) => [key, [...(own[key] ?? []), ...(inner[key] ?? [])]]))
}

const metadataKinds: Readonly<Record<ResolvedVirtualService['semantics'], string>> = { istio: 'virtual-service', ingress: 'virtual-service', 'gateway-api': 'virtual-service' }

const metadata = new WeakMap<ResolvedVirtualService, Json>()

/** One for all routes of a VirtualService. */
function metadataOf(virtualService: ResolvedVirtualService): Json {
  const known = metadata.get(virtualService)
  if (known !== undefined) return known
  const made = { filter_metadata: { istio: { config: configPath(virtualService) } } }
  metadata.set(virtualService, made)
  return made
}

function configPath(virtualService: ResolvedVirtualService): string {
  return `/apis/networking.istio.io/v1/namespaces/${virtualService.namespace}/${metadataKinds[virtualService.semantics]}/${virtualService.name}`
}

/** Istio's GetRouteOperation: a name for traces. */
function operationOf(action: Partial<Route>, match: RouteMatch, { virtualService, context }: At): string {
  const path = match.prefix !== undefined ? `${match.prefix}*` : (match.path ?? match.safe_regex?.regex ?? '/*')
  const parts = action.route?.cluster?.split('|') ?? []
  return parts.length === 4 ? `${parts[3]}:${parts[1]}${path}` : `${virtualService.name}:${context.serverPort}${path}`
}

/** Istio's SortVHostRoutes: stable, routes that take everything last (SPEC RO4). */
export function sortRoutes(routes: readonly BuiltRoute[]): readonly BuiltRoute[] {
  return [...routes.filter((route) => !route.catchAll), ...routes.filter((route) => route.catchAll)]
}
