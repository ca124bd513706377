import type { CodeEntry } from './code-entry'

/** Codes about Istio's own objects at the edge. */
export const edgeCodes: Readonly<Record<string, CodeEntry>> = {
  IST0101: {
    title: 'Reference to nothing', level: 'error', explanation: 'The object names another one that is not in the cluster, so what depends on it does not work.', action: 'Correct the name, or create what is named.',
    text: ({ reftype = 'object', refval = '' }) => `the ${reftype} ${refval} is not there`,
  },
  IST0106: {
    title: 'Refused by istiod', level: 'error', explanation: "Istio's validating webhook would refuse this object. It is in the cluster because the webhook was not asked; istiod translates it all the same, as well as it goes.", action: 'Correct the field: no later change of the object can be saved before.',
    text: ({ reason = '' }) => `istiod would refuse this: ${reason}`,
  },
  IST0118: {
    title: 'Port without a protocol', level: 'info', explanation: 'The port of a Service says its protocol by appProtocol or by the first part of its name (http, http2, grpc, tls, tcp …). This one says neither: a gateway sends HTTP/1.1 to it, a sidecar guesses.', action: 'Set appProtocol, or begin the port\'s name with its protocol.',
    text: ({ name = '', port = '' }) => `port ${port}${name === '' ? '' : ` (${name})`} does not say its protocol`,
  },
  IST0132: {
    title: 'No host of the gateway', level: 'warning', explanation: "A VirtualService counts on a Gateway only for hosts that one of the Gateway's servers has. None of its hosts is among them.", action: "Add the host to a server of the Gateway, or correct the VirtualService's hosts.",
    text: ({ hosts = '', gateway = '' }) => `no server of ${gateway} is for ${hosts}`,
  },
  IST0133: {
    title: 'Warned of by istiod', level: 'info', explanation: "Istio's validating webhook takes the object, with a warning.", action: 'Look at the field: what is written there may not do what it seems to.',
    text: ({ reason = '' }) => reason,
  },
  IST0145: {
    title: 'Conflicting Gateways', level: 'warning', explanation: 'Two Gateways select the same pods and have the same host on the same port. Istio merges them in the order of their age; of TLS servers only the first is kept.', action: 'Leave the host in one of the two.',
    text: ({ host = '', port = '', by = '' }) => `host ${host} on port ${port} is also in ${by}`,
  },
  IST0162: {
    title: 'Port not on the Service', level: 'warning', explanation: 'The Gateway opens a port that no Service of its pods has, neither as its own port nor as a target. The pods listen, but nothing leads there from outside.', action: 'Add the port to the Service of the gateway, or use one that it has.',
    text: ({ port = '', selector = '' }) => `no Service of the pods with ${selector} has port ${port}`,
  },
  IST0173: {
    title: 'Subset without pods', level: 'warning', explanation: 'None of the pods behind the Service has the labels of this subset. Requests for it are answered with 503 UH.', action: 'Correct the labels of the subset, or of the pods.',
    text: ({ subset = '', service = '' }) => `subset ${subset} fits no pod of ${service}`,
  },
  IST0174: {
    title: 'DestinationRule for nothing', level: 'warning', explanation: 'Neither a Service nor a ServiceEntry has the host, so that the rule does nothing.', action: 'Correct the host, or remove the rule.',
    text: ({ host = '' }) => `no Service or ServiceEntry has host ${host}`,
  },
  MER001: {
    title: 'Gateway that kills istiod', level: 'error', explanation: 'istiod reads past the end of its list of hosts and dies whenever it sends this Gateway to a pod; it dies again as soon as it is back.', action: 'Write */* alone, or put it last.',
    text: ({ host = '', everything = '' }) => `this Gateway kills istiod: host ${host} stands after ${everything}, and istiod reads past the end of its list`,
  },
  MER002: {
    title: 'ServiceEntry that kills istiod', level: 'error', explanation: 'istiod makes a service of each host and each address that it can read, and of an entry with a workload selector it takes the first without looking whether there is one. It dies while it reads its objects, and again as soon as it is back.', action: 'Write addresses that are IP addresses or CIDR ranges, or none.',
    text: ({ addresses = '' }) => `this ServiceEntry kills istiod: it selects workloads, and ${addresses === '' ? 'it has no host' : `none of its addresses can be read (${addresses})`}`,
  },
  MER003: {
    title: 'DestinationRule that kills istiod', level: 'error', explanation: 'A wildcard host with resolution DYNAMIC_DNS has no endpoints of its own, and istiod follows a pointer that is not there when outlier detection is set for it. It dies whenever it sends the cluster to a proxy.', action: 'Remove the outlier detection for this host.',
    text: ({ host = '' }) => `this outlier detection kills istiod: ${host} is resolved as requests come`,
  },
  MER004: {
    title: 'Rule that kills istiod', level: 'error', explanation: 'Of several destinations istiod leaves out those with weight 0, and takes the first of what is left without looking whether there is one. It dies whenever it sends the rule to a gateway.', action: 'Give one of the destinations a weight.',
    text: () => 'this rule kills istiod: none of its destinations has a weight',
  },
  MER005: {
    title: 'DestinationRule that kills istiod', level: 'error', explanation: 'For a host that Envoy resolves by DNS istiod orders the endpoints of all localities by labels, but holds those of the first locality alone, and reads past their end. It dies whenever it sends the cluster to a proxy.', action: 'Write failover by region instead of failoverPriority, or leave the localities of the endpoints out.',
    text: ({ host = '' }) => `this failoverPriority kills istiod: ${host} is resolved by DNS and has endpoints in several localities`,
  },
  MER010: {
    title: 'Server dropped', level: 'error', explanation: 'Another server has the port in a way that Istio cannot merge with this one.', action: 'Use another port, or the same protocol; HTTPS may share a port with HTTP only if it comes first.',
    text: ({ port = '', by = '', reason = '' }) => `this server on port ${port} is dropped${by === '' ? '' : `, because ${by} has the port`}${reason === '' ? '' : ` (${reason.replaceAll('-', ' ')})`}`,
  },
  MER011: {
    title: 'Host dropped', level: 'error', explanation: 'A TLS server with a host that is registered already on this port is dropped as a whole.', action: 'Leave the host in one server.',
    text: ({ host = '', port = '', by = '' }) => `host ${host} on port ${port} is dropped${by === '' ? '' : `: ${by} has it already`}`,
  },
  MER014: {
    title: 'Dead rule', level: 'warning', explanation: 'In the order in which Envoy tries the rules, an earlier one takes every request of this one. The earlier rule may be in another object.', action: 'Move the rule before the other, narrow the other, or remove this one.',
    text: ({ host = '', rule = '', byRule = '' }) => `${host} rule ${rule} is never reached, because of rule ${byRule}`,
  },
  MER020: {
    title: 'Hosts differ in case', level: 'warning', explanation: 'istiod compares the hosts of servers and VirtualServices letter by letter. Hosts that differ in upper and lower case do not meet, and requests get 404.', action: 'Write both in lower case.',
    text: ({ host = '', other = '' }) => `${host} does not meet ${other} of the Gateway: they differ in upper and lower case`,
  },
  MER022: {
    title: 'Same SNI twice', level: 'error', explanation: 'Two TLS servers on one port have the same host under different namespaces. Istio does not see it; Envoy refuses the whole listener and keeps the old one.', action: 'Leave the host in one server.',
    text: ({ host = '', port = '', by = '' }) => `SNI ${host} on port ${port} is also in ${by}: Envoy refuses the whole listener`,
  },
  MER023: {
    title: 'Unreadable fields', level: 'error', explanation: 'A field has another type than its API says. istiod cannot read the object, and Meridian reads the rest of it.', action: 'Correct the field.',
    text: ({ reason = '' }) => `this field cannot be read: ${reason}`,
  },
  MER030: {
    title: 'Not exported to the gateway', level: 'warning', explanation: 'exportTo keeps the VirtualService from the namespace in which the pods of its Gateway run. istiod sends none of its rules there, and says so nowhere.', action: 'Add the namespace of the gateway\'s pods, or *, to exportTo.',
    text: ({ gateway = '', namespace = '', exportTo = '' }) => `the pods of ${gateway} in namespace ${namespace} do not see this: ${exportTo === '' ? "the mesh's default" : 'exportTo'} is ${exportTo === '' ? 'not to export it' : exportTo}`,
  },
  MER031: {
    title: 'Redirect that never happens', level: 'warning', explanation: 'The redirect to https of a host that is written with a namespace keeps the namespace in its domain as long as no VirtualService binds the host. No request has such a host, so that plain HTTP gets 404.', action: 'Write the host without the namespace in the server that redirects.',
    text: ({ host = '', scope = '' }) => `${host} is not redirected to https: with ${scope}/ before it no request fits`,
  },
  MER032: {
    title: 'Slashes of a rewrite', level: 'warning', explanation: 'Envoy puts the rewritten prefix in the place of the matched one, letter by letter. One ends with a slash and the other does not, so that paths come out with two slashes, or with none.', action: 'End both with a slash, or neither.',
    text: ({ request = '', becomes = '' }) => `${request} becomes ${becomes}`,
  },
  MER040: {
    title: 'Certificate ends', level: 'warning', explanation: 'The certificate that Envoy has loaded for the hosts of this server ends soon, or has ended. Clients refuse the connection then.', action: 'Renew it in the Secret or file that the server names; Envoy takes the new one by itself.',
    text: ({ host = '', days = '' }) => (days.startsWith('-') ? `the certificate for ${host} has ended` : `the certificate for ${host} ends in ${days} days`),
  },
  MER041: {
    title: 'Certificate for other names', level: 'warning', explanation: 'No certificate that Envoy has loaded is for this host of the server. Clients that check names refuse the connection.', action: 'Name a certificate that is for the host, or correct the hosts.',
    text: ({ hosts = '' }) => `no certificate that Envoy has is for ${hosts}`,
  },
  MER052: {
    title: 'Endpoints missing', level: 'error', explanation: 'A destination has fewer ready endpoints than it has endpoints. With none its requests are answered with 503 UH.', action: 'Look at the pods behind the Service, and at the labels of the subset.',
    text: ({ destination = '', ready = '', total = '', share = '' }) => (ready === '0'
      ? `${destination} has no ready endpoint and gets ${share} % of this rule`
      : `${destination} has ${ready} of ${total} endpoints ready and gets ${share} % of this rule`),
  },
}
