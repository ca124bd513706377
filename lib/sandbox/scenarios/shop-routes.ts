import type { JsonObject } from '@/lib/std/json'
import type { KubeObject } from '@/lib/mesh/resource'

const gateway = 'istio-system/default-gateway'

/** The rules of the shop's edge: several teams, a canary, a mirror, redirects, rewrites, TCP and TLS, and the honest mistakes. */
export function shopRoutes(): readonly KubeObject[] {
  return [
    istio('VirtualService', 'payments', 'checkout', {
      hosts: ['shop.example.com'], gateways: [gateway],
      http: [{
        name: 'checkout', match: [{ uri: { prefix: '/checkout' } }], route: [{ destination: { host: 'checkout', port: { number: 8080 } } }], timeout: '3s', retries: { attempts: 2, perTryTimeout: '1s', retryOn: 'connect-failure,refused-stream,503' },
        mirror: { host: 'checkout-audit', port: { number: 8080 } }, mirrorPercentage: { value: 100 },
      }],
    }),
    istio('VirtualService', 'web', 'redirects', {
      hosts: ['shop.example.com'], gateways: [gateway],
      http: [{ match: [{ uri: { prefix: '/old-shop' } }], redirect: { uri: '/', redirectCode: 301 } }],
    }),
    istio('VirtualService', 'web', 'site', {
      hosts: ['shop.example.com'], gateways: [gateway],
      http: [
        { match: [{ uri: { prefix: '/assets/' } }], route: [{ destination: { host: 'assets' } }] },
        { name: 'site', route: [{ destination: { host: 'storefront' } }] },
      ],
    }),
    istio('VirtualService', 'shop', 'storefront', {
      hosts: ['shop.example.com'], gateways: [gateway],
      http: [
        { name: 'cart', match: [{ uri: { prefix: '/cart' } }], route: [{ destination: { host: 'cart', subset: 'v1' }, weight: 90 }, { destination: { host: 'cart', subset: 'v2' }, weight: 10 }], timeout: '3s' },
        { name: 'cart-beta', match: [{ uri: { prefix: '/cart/beta' } }], route: [{ destination: { host: 'cart', subset: 'v2' } }] },
      ],
    }),
    istio('VirtualService', 'shop', 'api', {
      hosts: ['api.shop.example.com'], gateways: [gateway],
      http: [
        { name: 'orders', match: [{ uri: { prefix: '/shop.v1.Orders/' }, headers: { 'content-type': { prefix: 'application/grpc' } } }], route: [{ destination: { host: 'orders', port: { number: 50051 } } }] },
        { name: 'v2', match: [{ uri: { prefix: '/v2/' }, method: { exact: 'GET' } }], route: [{ destination: { host: 'api', subset: 'v2', port: { number: 8080 } } }] },
        { name: 'v1-checkout', match: [{ uri: { prefix: '/v1/checkout/' } }], rewrite: { uri: '/checkout/' }, route: [{ destination: { host: 'checkout.payments.svc.cluster.local', port: { number: 8080 } } }] },
        { name: 'v1', match: [{ uri: { prefix: '/v1/' } }], route: [{ destination: { host: 'api', subset: 'v1', port: { number: 8080 } } }], retries: { attempts: 3, perTryTimeout: '500ms', retryOn: '5xx' } },
      ],
    }),
    istio('VirtualService', 'web', 'admin', {
      hosts: ['admin.example.com'], gateways: [gateway],
      http: [
        { name: 'reports', match: [{ uri: { prefix: '/reports/' } }], route: [{ destination: { host: 'reports' } }] },
        { name: 'beta', match: [{ headers: { 'x-beta': { exact: 'true' } } }], fault: { delay: { percentage: { value: 5 }, fixedDelay: '250ms' } }, route: [{ destination: { host: 'admin' } }] },
        { route: [{ destination: { host: 'admin' } }] },
      ],
    }),
    istio('VirtualService', 'default', 'counter', {
      hosts: ['counter.example.com'], gateways: ['default-gateway.istio-system.svc.cluster.local'],
      http: [{ match: [{ uri: { prefix: '/' } }], route: [{ destination: { host: 'counter', port: { number: 80 } } }] }],
    }),
    istio('VirtualService', 'shop', 'mysql', { hosts: ['*'], gateways: [gateway], tcp: [{ match: [{ port: 3306 }], route: [{ destination: { host: 'mysql', port: { number: 3306 } } }] }] }),
    istio('VirtualService', 'partners', 'pos', {
      hosts: ['pos.example.com'], gateways: ['partners/pos-gateway'],
      tls: [{ match: [{ port: 443, sniHosts: ['pos.example.com'] }], route: [{ destination: { host: 'pos', port: { number: 8443 } } }] }],
    }),
    istio('VirtualService', 'partners', 'feeds', {
      hosts: ['feeds.example.com'], gateways: ['partners/partner-gateway'],
      http: [{ route: [{ destination: { host: 'pos', port: { number: 8443 } } }] }],
    }),
    istio('DestinationRule', 'shop', 'cart', { host: 'cart', subsets: subsets('v1', 'v2'), trafficPolicy: { connectionPool: { http: { http1MaxPendingRequests: 100 } }, outlierDetection: { consecutive5xxErrors: 50, interval: '10s', baseEjectionTime: '30s' } } }),
    istio('DestinationRule', 'shop', 'api', { host: 'api', subsets: subsets('v1', 'v2') }),
    istio('ServiceEntry', 'shop', 'psp', { hosts: ['psp.example.net'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }),
    istio('DestinationRule', 'shop', 'psp', { host: 'psp.example.net', trafficPolicy: { connectionPool: { tcp: { connectTimeout: '2s' } } } }),
    istio('Gateway', 'istio-system', 'egress-gateway', { selector: { istio: 'egressgateway' }, servers: [{ port: { number: 443, name: 'tls', protocol: 'TLS' }, hosts: ['psp.example.net'], tls: { mode: 'PASSTHROUGH' } }] }),
    istio('VirtualService', 'shop', 'psp-egress', {
      hosts: ['psp.example.net'], gateways: ['mesh', 'istio-system/egress-gateway'],
      tls: [
        { match: [{ gateways: ['mesh'], port: 443, sniHosts: ['psp.example.net'] }], route: [{ destination: { host: 'istio-egressgateway.istio-system.svc.cluster.local', port: { number: 443 } } }] },
        { match: [{ gateways: ['istio-system/egress-gateway'], port: 443, sniHosts: ['psp.example.net'] }], route: [{ destination: { host: 'psp.example.net', port: { number: 443 } } }] },
      ],
    }),
    ingress(),
    ...gatewayApi(),
  ]
}

/** A networking.istio.io/v1 object. */
export function istio(kind: string, namespace: string, name: string, spec: JsonObject): KubeObject {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec }
}

function subsets(...versions: readonly string[]): readonly JsonObject[] {
  return versions.map((version) => ({ name: version, labels: { version } }))
}

function ingress(): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'wiki', namespace: 'web', annotations: { 'kubernetes.io/ingress.class': 'istio' } },
    spec: { rules: [{ host: 'wiki.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'storefront', port: { number: 80 } } } }] } }] },
  }
}

function gatewayApi(): readonly KubeObject[] {
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'status', namespace: 'istio-system' },
      spec: {
        gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value: 'istio-ingressgateway.istio-system.svc.cluster.local' }],
        listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: 'status.example.com', allowedRoutes: { namespaces: { from: 'All' } } }],
      },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'status', namespace: 'web' },
      spec: {
        parentRefs: [{ name: 'status', namespace: 'istio-system' }], hostnames: ['status.example.com'],
        rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'statuspage', port: 80 }] }],
      },
    },
  ]
}
