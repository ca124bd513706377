import type { DataPlaneState } from '../data-plane/data-plane'
import type { NodeInfo } from './node-info'
import { envoyVersion, nodeOf } from './node-info'

/** GET /server_info: envoy.admin.v3.ServerInfo; this message prints its defaults. */
export function serverInfo(state: DataPlaneState, node: NodeInfo, now: number): object {
  const uptime = `${String(Math.max(0, Math.floor((now - state.started) / 1000)))}s`
  return {
    version: envoyVersion, state: 'LIVE', uptime_current_epoch: uptime, uptime_all_epochs: uptime, hot_restart_version: '11.104',
    command_line_options: {
      base_id: '0', concurrency: 2, config_path: 'etc/istio/proxy/envoy-rev.json', config_yaml: '', allow_unknown_static_fields: true, admin_address_path: '', local_address_ip_version: 'v4',
      log_level: 'info', component_log_level: '', log_format: '[%Y-%m-%d %T.%e][%t][%l][%n] [%g:%#] %v', log_path: '', service_cluster: '', service_node: '', service_zone: '',
      file_flush_interval: '1s', drain_time: '45s', parent_shutdown_time: '60s', mode: 'Serve', disable_hot_restart: true, enable_mutex_tracing: false, restart_epoch: 0, cpuset_threads: false,
      reject_unknown_dynamic_fields: false, log_format_escaped: false, disabled_extensions: [], ignore_unknown_dynamic_fields: false, use_dynamic_base_id: false, base_id_path: '',
      drain_strategy: 'Immediate', enable_fine_grain_logging: false, socket_path: '@envoy_domain_socket', socket_mode: 0, enable_core_dump: false, stats_tag: [],
      skip_hot_restart_on_no_parent: false, skip_hot_restart_parent_stats: false, skip_deprecated_logs: false, file_flush_min_size: 0, log_stacktrace_single_entry: false,
    },
    node: { ...nodeOf(node), extensions: [], client_features: [], listening_addresses: [], dynamic_parameters: {} },
    hot_restart_initializing: false,
  }
}
