/**
 * The requests with all of these labels, of kube-apiserver's metrics in Prometheus' text format
 * (`apiserver_request_total`; a connection that lasts is counted when it ends).
 */
export function countRequests(metrics: string, labels: readonly string[]): number {
  return metrics.split('\n')
    .filter((line) => line.startsWith('apiserver_request_total{') && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
