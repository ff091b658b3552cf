import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Kills the process groups of running scripts when this process dies without a chance to do it itself (`kill -9`, out of
 * memory). It is one small shell that reads `+ <group>` and `- <group>` lines from a pipe and, when the pipe closes, kills
 * what is still on its list. It runs in a session of its own, so that Ctrl-C in the worker's terminal does not reach it, and
 * only while scripts run.
 */
const guardProgram = `
groups=" "
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

let guard: ChildProcess | undefined;
let guarded = 0;

/** Puts a process group under guard. Returns the function that takes it out again. */
export function guardGroup(group: number): () => void {
  guarded += 1;
  guard ??= startGuard();
  guard.stdin?.write(`+ ${group}\n`);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    guarded -= 1;
    guard?.stdin?.write(`- ${group}\n`);
    if (guarded === 0) {
      guard?.stdin?.end();
      guard = undefined;
    }
  };
}

function startGuard(): ChildProcess {
  const child = spawn('/bin/sh', ['-c', guardProgram], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  // Without a shell there is no guard; pdeathsig and the normal end of a script still kill what they can.
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  return child;
}
