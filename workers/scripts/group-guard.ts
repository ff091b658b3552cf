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

/**
 * Reserves the guard for a script that is about to start: it stands before the script does, so that no moment lies between them
 * in which the end of this process would leave the script running. `watch` puts the script's group on its list.
 */
export function reserveGuard(): { watch: (group: number) => void; release: () => void } {
  guarded += 1;
  guard ??= startGuard();
  let watched: number | undefined;
  let released = false;
  return {
    watch: (group) => {
      watched = group;
      guard?.stdin?.write(`+ ${group}\n`);
    },
    release: () => {
      if (released) return;
      released = true;
      guarded -= 1;
      if (watched !== undefined) guard?.stdin?.write(`- ${watched}\n`);
      if (guarded === 0) {
        guard?.stdin?.end();
        guard = undefined;
      }
    },
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
