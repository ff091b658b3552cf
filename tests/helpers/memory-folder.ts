import fs from 'node:fs';
import path from 'node:path';

const MEMORY = '/dev/shm';
const ROOM = 6 * 1024 ** 3;

/** Whether what is written there stays in memory, may be run, and may be large. */
function isRoomy(): boolean {
  try {
    const mounts = fs.readFileSync('/proc/mounts', 'utf8').split('\n');
    const options = mounts.map((line) => line.split(' ')).findLast(([, at]) => at === MEMORY)?.[3];
    const { bavail, bsize } = fs.statfsSync(MEMORY);
    const isOpen = options !== undefined && !/\b(ro|noexec)\b/.test(options);
    return isOpen && Math.min(bavail * bsize, process.availableMemory()) >= ROOM;
  } catch {
    return false;
  }
}

/**
 * Puts what this process and its children write for a while into memory, unless TMPDIR says where it belongs. A database is
 * hundreds of files, each test file has one at least, and making them is what a disk is slow at. Returns what removes it all.
 */
export function useMemoryFolder(): () => void {
  if (process.env.TMPDIR !== undefined || !isRoomy()) return () => {};
  const folder = fs.mkdtempSync(path.join(MEMORY, 'pgwave-tests-'));
  // as /tmp: servers run as another user
  fs.chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  return () => fs.rmSync(folder, { recursive: true, force: true });
}
