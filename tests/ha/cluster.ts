import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endWithParent } from '../../src/database/postgres-binaries.ts';
import { eventually } from '../helpers/processes.ts';
import { etcdArguments, haproxyConfig, type Ports, patroniConfig } from './configs.ts';

const BIN_DIR = '/usr/lib/postgresql/15/bin';
/** Patroni and PostgreSQL of a node as one machine: what kills it kills all of it at once. Nobody is root inside. */
const MACHINE = ['unshare', '-U', '--map-user=65534', '--map-group=65534']
  .concat('--pid', '--ipc', '--fork', '--kill-child=KILL', '--mount-proc')
  .concat('--');

/** What is missing for a cluster on this machine; null: nothing. */
export function whatIsMissing(): string | null {
  for (const program of ['patroni', 'etcd', 'haproxy', path.join(BIN_DIR, 'postgres')]) {
    if (spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0)
      return `no ${program} (Debian: patroni python3-etcd etcd-server haproxy postgresql-15)`;
  }
  return spawnSync(MACHINE[0] ?? '', [...MACHINE.slice(1), 'true']).status === 0
    ? null
    : 'no user and process namespaces (unshare)';
}

interface Member {
  name: string;
  role: string;
  state: string;
  lag?: number | string;
}

/** Three PostgreSQL servers under Patroni and etcd, and HAProxy before them. */
export interface Cluster {
  /** Leads to the primary, whichever server that is. */
  url: string;
  /** The primary's whole machine dies. Its standbys have heard nothing of it for `stalledMs` before. Returns its name. */
  killPrimary(stalledMs: number): Promise<string>;
  /** The machine starts again. */
  revive(name: string): void;
  /** Waits until all three servers are members and, where commits wait for a standby, one is in step. */
  untilWhole(): Promise<void>;
  close(): Promise<void>;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** The processes below one, by what /proc says. */
function descendants(pid: number): number[] {
  let children: string;
  try {
    children = fs
      .readdirSync(`/proc/${pid}/task`)
      .map((task) => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8'))
      .join(' ');
  } catch {
    return []; // it ended meanwhile
  }
  return children
    .split(' ')
    .filter((child) => child.trim() !== '')
    .flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

const titleOf = (pid: number): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

export async function startCluster(options: {
  synchronous: boolean;
  ttlSeconds: number;
}): Promise<Cluster> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-ha-'));
  const [proxy, client, peer, ...rest] = await freePorts(9);
  const ports: Ports = {
    proxy: proxy ?? 0,
    etcd: { client: client ?? 0, peer: peer ?? 0 },
    nodes: [0, 1, 2].map((i) => ({
      name: `node${i + 1}`,
      postgres: rest[i] ?? 0,
      api: rest[i + 3] ?? 0,
    })),
  };
  const running = new Map<string, ChildProcess>();

  /** Ends with this process, however that ends. */
  function start(name: string, command: string[]): void {
    const [program = '', ...args] = [...endWithParent('KILL'), ...command];
    const log = fs.openSync(path.join(dir, `${name}.log`), 'a');
    running.set(name, spawn(program, args, { cwd: dir, stdio: ['ignore', log, log] }));
    fs.closeSync(log);
  }
  const clear = () => fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  /** When this process exits, which it does on Ctrl-C too: nothing and no folder stays. */
  const leave = () => {
    for (const child of running.values()) child.kill('SIGKILL');
    clear();
  };
  process.once('exit', leave);

  async function end(name: string): Promise<void> {
    const child = running.get(name);
    running.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
  const startNode = (name: string) => {
    fs.rmSync(path.join(dir, name, 'postmaster.pid'), { force: true }); // numbers begin anew in a new machine
    start(name, [...MACHINE, 'patroni', path.join(dir, `${name}.yaml`)]);
  };

  async function members(): Promise<Member[]> {
    for (const { name, api } of ports.nodes) {
      if (!running.has(name)) continue;
      const answer = await fetch(`http://127.0.0.1:${api}/cluster`).catch(() => undefined);
      if (answer?.ok) return ((await answer.json()) as { members: Member[] }).members;
    }
    return [];
  }

  const cluster: Cluster = {
    url: `postgres://postgres@127.0.0.1:${ports.proxy}/postgres`,
    async killPrimary(stalledMs) {
      const name = (await members()).find(({ role }) => role === 'leader')?.name ?? '';
      const pid = running.get(name)?.pid;
      if (pid === undefined) throw new Error(`there is no primary to kill: "${name}"`);
      for (const process_ of descendants(pid)) {
        if (titleOf(process_).includes('walsender')) process.kill(process_, 'SIGSTOP');
      }
      await sleep(stalledMs);
      const dying = descendants(pid);
      await end(name);
      // what is still dying might acknowledge something
      await eventually('the machine is dead', () => dying.every((each) => titleOf(each) === ''));
      return name;
    },
    revive: startNode,
    untilWhole: () =>
      eventually('all servers are members, and in step', async () => {
        const found = await members();
        const replicas = found.filter(({ role }) => role !== 'leader');
        return (
          found.some(({ role, state }) => role === 'leader' && state === 'running') &&
          replicas.length === 2 &&
          replicas.every(({ state, lag }) => /running|streaming/.test(state) && lag === 0) &&
          (!options.synchronous || replicas.some(({ role }) => role === 'sync_standby'))
        );
      }),
    async close() {
      await Promise.all([...running.keys()].map(end));
      process.off('exit', leave);
      clear();
    },
  };

  try {
    for (const node of ports.nodes) {
      const config = patroniConfig({
        ...options,
        node,
        dir,
        etcd: ports.etcd.client,
        binDir: BIN_DIR,
      });
      fs.writeFileSync(path.join(dir, `${node.name}.yaml`), JSON.stringify(config, null, 2));
    }
    fs.writeFileSync(path.join(dir, 'haproxy.cfg'), haproxyConfig(ports));
    start('etcd', ['etcd', ...etcdArguments(ports.etcd, path.join(dir, 'etcd'))]);
    start('haproxy', ['haproxy', '-db', '-f', path.join(dir, 'haproxy.cfg')]);
    for (const { name } of ports.nodes) startNode(name);
    await cluster.untilWhole();
    return cluster;
  } catch (error) {
    for (const { name } of ports.nodes) {
      console.error(fs.readFileSync(path.join(dir, `${name}.log`), 'utf8').slice(-3000));
    }
    await cluster.close();
    throw error;
  }
}
