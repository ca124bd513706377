import type { Problem } from '../problem'

type Text = (params: Problem['params']) => string

/** What the findings over the Gateway API and Ingresses say (SPEC GA1–GA13, IN1, IN2): mostly the conditions that istiod writes into the objects' status. */
export const kubeTexts: Readonly<Record<string, Text>> = {
  MER061: ({ reason = '', parent = '', section = '', port = '', kind = '', namespace = '', hosts = '' }) => `${parent} does not take this route: ${choose(reason, {
    port: `it has no listener on port ${port}`,
    section: `it has no listener called ${section}`,
    hostname: `none of its listeners is for ${hosts}`,
    namespace: `its listeners take no routes of namespace ${namespace}`,
    kind: `its listeners take no ${kind}`,
  })}`,
  MER062: ({ reason = '', kind = '', backend = '' }) => choose(reason, {
    'not-found': `the ${kind} ${backend} is not there: its share of the requests is answered with 500`,
    kind: `istiod knows no backend of kind ${kind}: its share of the requests is answered with 500`,
    port: `the reference to ${backend} has no port: istiod drops the whole route`,
    name: `${backend} is no Service's name but a host name: istiod drops the whole route`,
    namespace: `a reference to a host name may have no namespace: istiod drops the whole route`,
  }),
  MER063: ({ backend = '', from = '' }) => `no ReferenceGrant lets routes of namespace ${from} use ${backend}: its share of the requests is answered with 500`,
  MER064: ({ filter = '' }) => `istiod does not take this ${filter === '' ? 'filter' : `${filter} filter`} and drops the whole route for it`,
  MER065: ({ reason = '', kind = '' }) => `this rule has ${reason === 'none' ? 'no backend' : 'no backend with a weight'}: ${kind === '' ? 'requests are answered with 500' : 'connections are closed'}`,
  MER066: ({ reason = '', kind = '', certificate = '', from = '' }) => choose(reason, {
    'not-found': `the ${kind} ${certificate} is not there: istiod does not open this listener with it`,
    malformed: `the ${kind} ${certificate} holds no certificate and key that istiod takes`,
    'not-permitted': `no ReferenceGrant lets namespace ${from} use ${certificate}`,
    kind: `a certificate may not come from a ${kind}`,
    count: `there are more references than istiod takes`,
  }),
  MER067: ({ listener = '', port = '', hostname = '' }) => `listener ${listener} is dropped: an earlier one has port ${port} for ${hostname === '*' ? 'every host' : hostname} or speaks another protocol on it`,
  MER068: ({ protocol = '' }) => `istiod opens no listener of protocol ${protocol}`,
  MER069: ({ gateway = '' }) => `${gateway} takes no listeners of this namespace (spec.allowedListeners)`,
  MER070: ({ kind = '', target = '', section = '' }) => `the ${kind} ${target}${section === '' ? '' : ` with a port called ${section}`} is not there: this policy does not reach it`,
  MER071: ({ namespace = '' }) => `the CA certificate is not in a ConfigMap of namespace ${namespace}: every connection to the backend fails`,
  MER072: ({ by = '' }) => `policy ${by} is older and has the same target: this one does not count for it`,
  MER073: ({ host = '', name = '' }) => `an HTTPRoute is also called ${name}: istiod mixes the two up, and this route opens no virtual host for ${host}`,
  MER075: () => 'istiod does not read an Ingress\'s default backend: only its rules count',
  MER076: ({ service = '', port = '' }) => service === '' ? 'this path has no Service for a backend: istiod drops it' : `${service} has no port called ${port === '' ? '(none)' : port}: istiod drops this path`,
  MER077: ({ hosts = '' }) => `this entry names no Secret: istiod opens no HTTPS for ${hosts === '' ? 'it' : hosts}`,
  MER074: ({ kind = '', version = '', minimum = '' }) => `istiod reads no ${kind}: its CRD is of Gateway API ${version === '' ? 'without a version' : version}, and istiod takes it from ${minimum} on`,
}

function choose(reason: string, texts: Readonly<Record<string, string>>): string {
  return (Object.hasOwn(texts, reason) ? texts[reason] : undefined) ?? reason
}
