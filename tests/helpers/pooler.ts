import net from 'node:net';

/** The message by which a server tells its process: type, length, process, key. */
const KEY_DATA = Buffer.from([0x4b, 0, 0, 0, 12]);

/**
 * A relay before PostgreSQL that does what tells a connection pooler apart: it names a process of its own. (PgBouncer itself
 * is not part of the tests' requirements.)
 */
export async function startPooler(databaseUrl: string) {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(port || 5432), hostname);
    let greeting: Buffer | undefined = Buffer.alloc(0);
    upstream.on('data', (piece) => {
      if (greeting === undefined) return void client.write(piece);
      greeting = Buffer.concat([greeting, piece]);
      const at = greeting.indexOf(KEY_DATA);
      if (at < 0 || greeting.length < at + 13) {
        // before it come the messages of authentication, which the client must answer
        if (greeting[0] === 0x52 && greeting.indexOf('server_version') < 0) {
          client.write(greeting);
          greeting = Buffer.alloc(0);
        }
        return;
      }
      greeting.writeInt32BE(greeting.readInt32BE(at + 5) ^ 0x7fff, at + 5);
      client.write(greeting);
      greeting = undefined;
    });
    client.on('data', (piece) => void upstream.write(piece));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
