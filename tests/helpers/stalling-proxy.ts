import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { editDatabaseUrl } from '../../src/database/database-url.ts';

/** From the client to the server, the other way, or both. */
export type Direction = 'up' | 'down' | 'both';

/** One connection through the proxy. */
export interface ProxiedConnection {
  /** As its startup packet says. */
  applicationName: string;
  /** Forwards nothing more in this direction, and says nothing: as a firewall that forgot the connection. */
  stall(direction: Direction): void;
  /** Ends it with a reset. */
  reset(): void;
}

/** A proxy before PostgreSQL that loses the network as tests say. */
export interface StallingProxy {
  /** The database's connection string, through the proxy. */
  url: string;
  /** Those that are open, stalled ones too. */
  connections(): ProxiedConnection[];
  /** Stalls what is open; new connections work. */
  stallAll(direction?: Direction): void;
  /** Every piece takes so long in each direction. */
  delay(ms: number): void;
  /** New connections are accepted and forward nothing, until this is over; then they do not come back to life. */
  dropNew(on: boolean): void;
  close(): Promise<void>;
}

function nameIn(startup: Buffer): string {
  return /application_name\0([^\0]*)\0/.exec(startup.toString('latin1'))?.[1] ?? '';
}

/** Starts a proxy on loopback before the server of a connection string. */
export async function startStallingProxy(databaseUrl: string): Promise<StallingProxy> {
  const { hostname, port } = new URL(databaseUrl);
  const open = new Set<ProxiedConnection & { close(): void }>();
  let delayMs = 0;
  let dropsNew = false;

  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port || 5432), hostname);
    const stalled = { up: dropsNew, down: dropsNew };
    const close = () => {
      client.destroy();
      upstream.destroy();
    };
    const connection = {
      applicationName: '',
      stall(direction: Direction) {
        if (direction !== 'down') stalled.up = true;
        if (direction !== 'up') stalled.down = true;
      },
      reset() {
        client.resetAndDestroy();
        upstream.resetAndDestroy();
      },
      close,
    };
    open.add(connection);
    const forward = (from: net.Socket, to: net.Socket, way: 'up' | 'down') => {
      /** Pieces that are under way: those behind them do not overtake. */
      let under = 0;
      let last: Promise<void> = Promise.resolve();
      from.on('data', (piece) => {
        if (way === 'up' && connection.applicationName === '')
          connection.applicationName = nameIn(piece);
        if (stalled[way]) return;
        if (delayMs === 0 && under === 0) return void to.write(piece);
        under += 1;
        const [before, arrived] = [last, sleep(delayMs)];
        last = (async () => {
          await before;
          await arrived;
          under -= 1;
          if (to.writable && !stalled[way]) to.write(piece);
        })();
      });
      // the end of one side does not get through a network that forwards nothing either
      from.on('end', () => stalled[way] || to.end());
      from.on('error', () => {});
      from.on('close', () => {
        if (!stalled[way]) to.destroy();
        if (client.destroyed && upstream.destroyed) open.delete(connection);
      });
    };
    forward(client, upstream, 'up');
    forward(upstream, client, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: listens } = server.address() as net.AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${listens}`;
  return {
    url: editDatabaseUrl(url.href, {}),
    connections: () => [...open],
    stallAll(direction = 'both') {
      for (const connection of open) connection.stall(direction);
    },
    delay(ms) {
      delayMs = ms;
    },
    dropNew(on) {
      dropsNew = on;
    },
    async close() {
      for (const connection of open) connection.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
