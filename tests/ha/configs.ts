import path from 'node:path';

export interface Ports {
  proxy: number;
  etcd: { client: number; peer: number };
  nodes: { name: string; postgres: number; api: number }[];
}

export function etcdArguments({ client, peer }: Ports['etcd'], dataDir: string): string[] {
  const [clients, peers] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peer}`];
  return [
    ...['--name', 'etcd', '--data-dir', dataDir],
    ...['--listen-client-urls', clients, '--advertise-client-urls', clients],
    ...['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers],
    ...['--initial-cluster', `etcd=${peers}`],
  ];
}

/** Leads to whom Patroni calls the primary, and ends connections to whoever is not any more. */
export function haproxyConfig({ proxy, nodes }: Ports): string {
  return `global
  maxconn 400
defaults
  mode tcp
  retries 2
  timeout connect 2s
  timeout check 2s
  timeout client 30m
  timeout server 30m
listen primary
  bind 127.0.0.1:${proxy}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fastinter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${nodes.map(({ name, postgres, api }) => `  server ${name} 127.0.0.1:${postgres} check port ${api}`).join('\n')}
`;
}

export interface NodeOptions {
  synchronous: boolean;
  ttlSeconds: number;
  node: Ports['nodes'][number];
  dir: string;
  etcd: number;
  binDir: string;
}

/** Patroni's configuration of a node. JSON is YAML. */
export function patroniConfig({ synchronous, ttlSeconds, node, dir, etcd, binDir }: NodeOptions) {
  const login = (username: string) => ({ username, password: 'loopback' });
  return {
    scope: 'pgwave',
    name: node.name,
    restapi: { listen: `127.0.0.1:${node.api}`, connect_address: `127.0.0.1:${node.api}` },
    etcd3: { host: `127.0.0.1:${etcd}` },
    bootstrap: {
      dcs: {
        ttl: ttlSeconds,
        loop_wait: Math.max(1, Math.floor(ttlSeconds / 5)),
        retry_timeout: Math.max(3, Math.floor(ttlSeconds / 3)),
        maximum_lag_on_failover: 16_777_216,
        synchronous_mode: synchronous,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: {
            max_connections: 200,
            shared_buffers: '64MB',
            dynamic_shared_memory_type: 'mmap',
            jit: 'off',
          },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }, 'data-checksums'],
      pg_hba: ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust'],
    },
    postgresql: {
      listen: `127.0.0.1:${node.postgres}`,
      connect_address: `127.0.0.1:${node.postgres}`,
      data_dir: path.join(dir, node.name),
      bin_dir: binDir,
      pgpass: path.join(dir, `${node.name}.pgpass`),
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
      authentication: { superuser: login('postgres'), replication: login('replicator') },
      parameters: { unix_socket_directories: '' },
    },
  };
}
