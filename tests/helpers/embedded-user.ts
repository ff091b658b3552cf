// Program for tests/database/embedded.test.ts: a command that uses the embedded server of a folder until it is told to
// go (its stdin closes) or is killed. Prints the connection string when the server is there.

import { useEmbeddedServer } from '../../src/database/embedded.ts';

const server = await useEmbeddedServer({ dir: process.argv[2] ?? '', settings: { fsync: 'off' } });
console.log(server.url);
process.stdin.resume();
process.stdin.once('end', () => void server.close());
