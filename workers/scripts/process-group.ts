import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Live processes of a group and their resident memory, in bytes. */
export interface GroupUsage {
  processes: number;
  residentBytes: number;
}

const pollMs = 200;
const hasProc = process.platform === 'linux' && existsSync('/proc/self/stat');
let pageSize: number | undefined;

/**
 * One walk over /proc for all groups asked for. Zombies count as gone. Pages that processes of a group share are counted once
 * for each of them. Returns undefined where there is no /proc.
 */
export function measureGroups(groups: ReadonlySet<number>): Map<number, GroupUsage> | undefined {
  if (!hasProc) return undefined;
  pageSize ??= Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' })) || 4096;
  const usage = new Map<number, GroupUsage>();
  for (const entry of readdirSync('/proc')) {
    const first = entry.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    let stat: string;
    try {
      stat = readFileSync(`/proc/${entry}/stat`, 'latin1');
    } catch {
      continue;
    }
    // proc(5): pid (comm) state ppid pgrp …; comm may hold spaces and brackets, so count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const group = Number(fields[2]);
    if (!groups.has(group) || fields[0] === 'Z' || fields[0] === 'X') continue;
    const sum = usage.get(group) ?? { processes: 0, residentBytes: 0 };
    sum.processes += 1;
    sum.residentBytes += Number(fields[21]) * pageSize;
    usage.set(group, sum);
  }
  return usage;
}

type MemoryListener = (residentBytes: number) => void;
const watched = new Map<number, MemoryListener>();
let timer: NodeJS.Timeout | undefined;

/**
 * Calls `listener` with the resident bytes of the group every 200 ms. All groups share one walk; where a walk is slow (a host
 * with thousands of processes) the pause grows with it, so that it never takes more than a tenth of the event loop.
 */
export function watchMemory(group: number, listener: MemoryListener): () => void {
  if (!hasProc) return () => {};
  watched.set(group, listener);
  timer ??= setTimeout(poll, pollMs).unref();
  return () => {
    watched.delete(group);
    if (watched.size === 0) {
      clearTimeout(timer);
      timer = undefined;
    }
  };
}

function poll(): void {
  const before = performance.now();
  const usage = measureGroups(new Set(watched.keys()));
  for (const [group, listener] of [...watched]) {
    const sum = usage?.get(group);
    if (sum) listener(sum.residentBytes);
  }
  const took = performance.now() - before;
  timer = watched.size > 0 ? setTimeout(poll, Math.max(pollMs, took * 10)).unref() : undefined;
}

/** Sends a signal to every process of the group; returns false when there is none left. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    // EPERM (macOS): the group holds only zombies.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH' && hasProc;
  }
}

function groupIsAlive(group: number): boolean {
  const usage = measureGroups(new Set([group]));
  if (usage) return usage.has(group);
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** SIGTERM to the whole group, SIGKILL to what is left after `graceMs`. Resolves when nothing of it is alive. */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  if (!signalGroup(group, 'SIGTERM')) return;
  // Processes that another signal stopped would never see the SIGTERM.
  signalGroup(group, 'SIGCONT');
  if (await groupEnds(group, graceMs)) return;
  // Again and again: a group that forks as it is killed may leave a child that the first signal missed.
  for (let i = 0; i < 20; i += 1) {
    signalGroup(group, 'SIGKILL');
    if (await groupEnds(group, 100)) return;
  }
}

async function groupEnds(group: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  for (let pause = 5; groupIsAlive(group); pause = Math.min(pause * 2, 50)) {
    if (performance.now() >= until) return false;
    await sleep(pause);
  }
  return true;
}
