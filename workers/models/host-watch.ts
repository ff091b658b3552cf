import os from 'node:os';
import { ActorError } from '../actor-error.ts';
import { plainHost } from './plain-host.ts';
import type { EmbedRequest, HostedModel, ModelProvider, ModelRequest } from './provider.ts';

/** What a worker is told about its model server. */
export interface HostSettings {
  url: string;
  /** The pool whose lanes it serves. */
  pool: string;
  /** How many models it holds in memory at once. Without it, as many as it shows. */
  maxLoaded?: number | undefined;
  /** How many calls of a model it answers at once. */
  parallel?: number | undefined;
  /** How long work of another model may wait: `2m`. */
  maxWait?: string | undefined;
  /** Tells the database at once that the host does not answer. */
  tellSilent(): Promise<unknown>;
}

/** Calls of one model since the last report. */
interface Measured {
  loads: number;
  load_ms: number;
  last_load_ms: number | null;
  call_ms: number | null;
}

/** A report for `pgwave.report_host`, and what to call once the database has it. */
export interface HostReport {
  report: Record<string, unknown>;
  sent(): void;
}

/** A call that waited for longer than this waited for the model to be loaded. */
const LOAD_MS = 50;
/** How often a server that is at work is asked what it holds. */
const LOOK_MS = 2000;
/** How much a call weighs in the moving average. */
const WEIGHT = 0.2;

/** How a host is known to workers on other machines, too. */
export function hostAddress(url: string): string {
  const plain = plainHost(url);
  if (!URL.canParse(plain)) return plain;
  const address = new URL(plain);
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(address.hostname)) address.hostname = os.hostname();
  return address.href.replace(/\/$/, '');
}

/** Watches a worker's model server: what its calls tell, and what it holds. What follows from that the database decides. */
export function watchHost(provider: ModelProvider, settings: HostSettings) {
  const { url } = settings;
  const embed = provider.embed?.bind(provider);
  const measured = new Map<string, Measured>();
  const averages = new Map<string, number>();
  /** When the last load of a model that was seen had ended: calls that began before waited for the same. */
  const loadedAt = new Map<string, number>();
  let held: HostedModel[] | undefined;
  let silent = false;
  let told: { workerId?: number; models?: string; loaded?: string; silent?: boolean } = {};
  let looking: Promise<void> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let worked = true;

  function measure(model: string, began: number, loadMs: number, callMs?: number): void {
    const known = measured.get(model) ?? {
      loads: 0,
      load_ms: 0,
      last_load_ms: null,
      call_ms: null,
    };
    measured.set(model, known);
    if (loadMs >= LOAD_MS && began >= (loadedAt.get(model) ?? 0)) {
      loadedAt.set(model, began + loadMs);
      known.loads += 1;
      known.load_ms += loadMs;
      known.last_load_ms = loadMs;
    }
    if (callMs === undefined) return;
    const before = averages.get(model) ?? callMs;
    averages.set(model, before + WEIGHT * (callMs - before));
    known.call_ms = averages.get(model) ?? null;
  }

  /** Makes a call of this host, and takes from its failure whether the host is there. */
  async function watched<T>(host: string, call: () => Promise<T>): Promise<T> {
    if (host !== url) return call();
    worked = true;
    try {
      return await call();
    } catch (error) {
      // before the attempt goes back: the next one is for another server of the pool
      if (error instanceof ActorError && error.code === 'connection_lost') await tellIfSilent();
      throw error;
    } finally {
      worked = true;
    }
  }

  async function askHost(): Promise<void> {
    worked = false;
    try {
      held = await provider.models?.({ host: url });
      silent = false;
    } catch {
      silent = true;
    }
  }

  function startLooking(): Promise<void> {
    lookedAt = performance.now();
    looking ??= askHost().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  /** Asks the host what it holds, if there is a reason to. The answer is in a later report. */
  function look(): void {
    if (provider.models === undefined || looking) return;
    if (!(worked || silent) || performance.now() - lookedAt < LOOK_MS) return;
    void startLooking();
  }

  /** Asks a host that was lost whether it is there, and tells the database at once where it is not. */
  async function tellIfSilent(): Promise<void> {
    if (provider.models === undefined) return;
    // an answer under way may be from before
    await looking;
    await startLooking();
    if (!silent || told.silent) return;
    told = { ...told, silent: true };
    await settings.tellSilent().catch(() => {
      told = { ...told, silent: false };
    });
  }

  return {
    provider: {
      async chat(request: ModelRequest) {
        const began = performance.now();
        const answer = await watched(request.host, () => provider.chat(request));
        if (request.host === url) {
          const loadMs = answer.durations?.loadMs ?? 0;
          measure(request.model, began, loadMs, performance.now() - began - loadMs);
        }
        return answer;
      },
      ...(embed && {
        embed: (request: EmbedRequest) => watched(request.host, () => embed(request)),
      }),
      ...(provider.models && { models: provider.models.bind(provider) }),
      ...(provider.version && { version: provider.version.bind(provider) }),
      ...(provider.identify && { identify: provider.identify.bind(provider) }),
    } as ModelProvider,
    look,
    /** What the database does not know yet; undefined if it knows all. A new worker tells all. */
    draft(workerId: number): HostReport | undefined {
      if (told.workerId !== workerId) told = {};
      const now = {
        workerId,
        silent,
        ...(held && { models: JSON.stringify(held.map(({ name }) => name)) }),
        ...(held && { loaded: JSON.stringify(held.filter(({ loaded }) => loaded).map(describe)) }),
      };
      const counted = Object.fromEntries([...measured].map(([model, of]) => [model, { ...of }]));
      const report: Record<string, unknown> = {
        ...(told.workerId !== workerId && {
          address: hostAddress(url),
          pool: settings.pool,
          max_loaded: settings.maxLoaded,
          parallel: settings.parallel,
          max_wait: settings.maxWait,
        }),
        ...(silent !== (told.silent ?? false) && { silent }),
        ...(now.models !== told.models && { models: JSON.parse(now.models ?? '[]') }),
        ...(now.loaded !== told.loaded && { loaded: JSON.parse(now.loaded ?? '[]') }),
        ...(measured.size > 0 && { measured: counted }),
      };
      if (Object.keys(report).length === 0) return undefined;
      return {
        report,
        sent() {
          told = now;
          for (const [model, of] of Object.entries(counted)) {
            const left = measured.get(model);
            if (!left) continue;
            left.loads -= of.loads;
            left.load_ms -= of.load_ms;
            if (left.loads === 0 && left.call_ms === of.call_ms) measured.delete(model);
          }
        },
      };
    },
    /** Has the host load a model ahead of its turn. Where that fails, the first call says so. */
    async load(model: string): Promise<void> {
      const began = performance.now();
      await provider.load?.({ host: url }, model);
      measure(model, began, performance.now() - began);
      worked = true;
    },
  };
}

function describe({ name, sizeBytes, contextLength }: HostedModel) {
  return { model: name, size_bytes: sizeBytes ?? null, context_length: contextLength ?? null };
}
