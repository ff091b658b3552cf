// The rehearsal model server as a process of its own. Takes lists of faults as messages; prints "ready".
import type { Fault } from '../../workers/models/rehearsal/faults.ts';
import { startRehearsalServer } from '../../workers/models/rehearsal/server.ts';

const server = await startRehearsalServer({ port: Number(process.env.PORT ?? 0), tokenMs: 1 });
process.on('message', (faults: Fault[]) => server.setFaults(faults));
process.on('disconnect', () => process.exit(0));
console.log(`ready ${server.port}`);
