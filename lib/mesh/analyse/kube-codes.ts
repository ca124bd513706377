import type { CodeEntry } from './code-entry'

/** Codes about the Gateway API and Ingresses (SPEC GA1–GA13, IN1, IN2): mostly the conditions that istiod writes into the objects' status. */
export const kubeCodes: Readonly<Record<string, CodeEntry>> = {
  MER061: {
    title: 'Route refused by its parent', level: 'error', explanation: 'A Gateway or ListenerSet that the route names does not take it.', action: 'Correct the parentRef, or the listener.',
    text: ({ reason = '', parent = '', section = '', port = '', kind = '', namespace = '', hosts = '' }) => `${parent} does not take this route: ${choose(reason, {
      port: `it has no listener on port ${port}`,
      section: `it has no listener called ${section}`,
      hostname: `none of its listeners is for ${hosts}`,
      namespace: `its listeners take no routes of namespace ${namespace}`,
      kind: `its listeners take no ${kind}`,
    })}`,
  },
  MER062: {
    title: 'Backend that does not work', level: 'error', explanation: 'A backendRef leads nowhere; its requests are answered with 500, or the whole route is dropped.', action: 'Correct the backendRef.',
    text: ({ reason = '', kind = '', backend = '' }) => choose(reason, {
      'not-found': `the ${kind} ${backend} is not there: its share of the requests is answered with 500`,
      kind: `istiod knows no backend of kind ${kind}: its share of the requests is answered with 500`,
      port: `the reference to ${backend} has no port: istiod drops the whole route`,
      name: `${backend} is no Service's name but a host name: istiod drops the whole route`,
      namespace: `a reference to a host name may have no namespace: istiod drops the whole route`,
    }),
  },
  MER063: {
    title: 'Backend not granted', level: 'error', explanation: 'A route may use a backend of another namespace only where a ReferenceGrant there lets it.', action: 'Create a ReferenceGrant in the namespace of the backend.',
    text: ({ backend = '', from = '' }) => `no ReferenceGrant lets routes of namespace ${from} use ${backend}: its share of the requests is answered with 500`,
  },
  MER064: {
    title: 'Filter not taken', level: 'error', explanation: 'istiod does not translate this filter and drops the route.', action: 'Use another filter.',
    text: ({ filter = '' }) => `istiod does not take this ${filter === '' ? 'filter' : `${filter} filter`} and drops the whole route for it`,
  },
  MER065: {
    title: 'Rule without backend', level: 'warning', explanation: 'No backend of the rule gets any requests.', action: 'Add a backend, or a weight above 0.',
    text: ({ reason = '', kind = '' }) => `this rule has ${reason === 'none' ? 'no backend' : 'no backend with a weight'}: ${kind === '' ? 'requests are answered with 500' : 'connections are closed'}`,
  },
  MER066: {
    title: 'Certificate that cannot be used', level: 'error', explanation: 'The certificate of a listener is missing, malformed or not granted.', action: 'Correct the certificateRef, the Secret or the ReferenceGrant.',
    text: ({ reason = '', kind = '', certificate = '', from = '' }) => choose(reason, {
      'not-found': `the ${kind} ${certificate} is not there: istiod does not open this listener with it`,
      malformed: `the ${kind} ${certificate} holds no certificate and key that istiod takes`,
      'not-permitted': `no ReferenceGrant lets namespace ${from} use ${certificate}`,
      kind: `a certificate may not come from a ${kind}`,
      count: `there are more references than istiod takes`,
    }),
  },
  MER067: {
    title: 'Listener dropped', level: 'error', explanation: 'Another listener has its port and host name, or another protocol on the port.', action: 'Change the port or the host name.',
    text: ({ listener = '', port = '', hostname = '' }) => `listener ${listener} is dropped: an earlier one has port ${port} for ${hostname === '*' ? 'every host' : hostname} or speaks another protocol on it`,
  },
  MER068: {
    title: 'Protocol not served', level: 'error', explanation: 'istiod opens no listener of this protocol.', action: 'Use HTTP, HTTPS, TLS or TCP.',
    text: ({ protocol = '' }) => `istiod opens no listener of protocol ${protocol}`,
  },
  MER069: {
    title: 'ListenerSet refused', level: 'error', explanation: 'The Gateway takes no listeners of this namespace.', action: 'Allow the namespace in spec.allowedListeners of the Gateway.',
    text: ({ gateway = '' }) => `${gateway} takes no listeners of this namespace (spec.allowedListeners)`,
  },
  MER070: {
    title: 'Policy without target', level: 'error', explanation: 'The policy names a target that is not there.', action: 'Correct the targetRef.',
    text: ({ kind = '', target = '', section = '' }) => `the ${kind} ${target}${section === '' ? '' : ` with a port called ${section}`} is not there: this policy does not reach it`,
  },
  MER071: {
    title: 'CA certificate missing', level: 'error', explanation: 'Without its CA every connection to the backend fails.', action: 'Create the ConfigMap with the CA.',
    text: ({ namespace = '' }) => `the CA certificate is not in a ConfigMap of namespace ${namespace}: every connection to the backend fails`,
  },
  MER072: {
    title: 'Policy overridden', level: 'warning', explanation: 'Of two policies with one target the older one counts.', action: 'Remove one of the two.',
    text: ({ by = '' }) => `policy ${by} is older and has the same target: this one does not count for it`,
  },
  MER073: {
    title: 'Routes of one name', level: 'error', explanation: 'istiod mixes up routes of different kinds with the same name.', action: 'Rename one of the two.',
    text: ({ host = '', name = '' }) => `an HTTPRoute is also called ${name}: istiod mixes the two up, and this route opens no virtual host for ${host}`,
  },
  MER075: {
    title: 'Default backend not read', level: 'warning', explanation: 'istiod passes over the default backend of an Ingress.', action: 'Write a rule for path /.',
    text: () => 'istiod does not read an Ingress\'s default backend: only its rules count',
  },
  MER076: {
    title: 'Path dropped', level: 'error', explanation: 'The path has no backend that istiod can use.', action: 'Correct the Service or its port.',
    text: ({ service = '', port = '' }) => service === '' ? 'this path has no Service for a backend: istiod drops it' : `${service} has no port called ${port === '' ? '(none)' : port}: istiod drops this path`,
  },
  MER077: {
    title: 'No Secret named', level: 'warning', explanation: 'Without a Secret istiod opens no HTTPS for the hosts of the entry.', action: 'Name the Secret.',
    text: ({ hosts = '' }) => `this entry names no Secret: istiod opens no HTTPS for ${hosts === '' ? 'it' : hosts}`,
  },
  MER074: {
    title: 'CRD too old', level: 'error', explanation: 'istiod does not read kinds of an older Gateway API.', action: 'Install newer CRDs of the Gateway API.',
    text: ({ kind = '', version = '', minimum = '' }) => `istiod reads no ${kind}: its CRD is of Gateway API ${version === '' ? 'without a version' : version}, and istiod takes it from ${minimum} on`,
  },
}

function choose(reason: string, texts: Readonly<Record<string, string>>): string {
  return (Object.hasOwn(texts, reason) ? texts[reason] : undefined) ?? reason
}
