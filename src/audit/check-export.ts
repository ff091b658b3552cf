import { createHash } from 'node:crypto';
import { z } from 'zod';
import { checkFirstFormat } from './first-format.ts';

const hex = z.string().regex(/^[0-9a-f]*$/);
const eventSchema = z.strictObject({
  seq: z.number(),
  type: z.string(),
  at: z.number(),
  data: z.string(),
  hash: hex,
});
const interactionSchema = z.strictObject({
  interaction_id: z.number(),
  conversation: z.string(),
  canonical: z.string().optional(),
  given: z.string(),
  result: z.string(),
  event_hash: hex,
  events: z.array(eventSchema).min(1),
  attempts: z.array(z.strictObject({ text: z.string(), revision: hex.optional() })),
});
const sealSchema = z.strictObject({
  segment: z.number(),
  format: z.literal([1, 2]),
  status: z.string(),
  sealed_at: z.number(),
  run_digest: hex,
  chain_digest: hex,
  previous_seal_hash: hex.nullable(),
  seal_hash: hex,
  link: z
    .strictObject({
      seal_link_id: z.number(),
      previous_link_hash: hex.nullable(),
      link_hash: hex,
    })
    .nullable(),
});
const exportSchema = z.strictObject({
  format: z.literal('pgwave-run-2'),
  workflow_run_id: z.number(),
  status: z.string(),
  canonical: z.string(),
  version: z.array(z.string()),
  plan: z.string().nullable(),
  context: z.array(z.string()),
  interactions: z.array(interactionSchema),
  seals: z.array(sealSchema),
});
type Export = z.infer<typeof exportSchema>;
type Interaction = z.infer<typeof interactionSchema>;
type Seal = z.infer<typeof sealSchema>;

const digest = (...parts: (string | Buffer)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256'));
const sha256 = (...parts: (string | Buffer)[]): string => digest(...parts).digest('hex');
const bytes = (text: string | null | undefined): Buffer => Buffer.from(text ?? '', 'hex');
const base64 = (text: string): string => digest(text).digest('base64');

/** The built-in conversations, which belong to no version. */
const BUILT_IN = new Map([
  [9195, 'Tool Calls'],
  [9196, 'Batch Tasks'],
  [9197, 'State Probe'],
  [9198, 'Workflow Orchestrator'],
]);
/** Where the canonical text of a run has its status, its orchestrator interaction and the time of its finish. */
const RUN = { id: 0, status: 4, orchestrator: 25, finishedAt: 38 };

function eventFaults(run: Export, interaction: Interaction): string[] {
  const faults: string[] = [];
  let previous: string | null = null;
  for (const [place, { seq, type, at, data, hash }] of interaction.events.entries()) {
    const text = [interaction.interaction_id, run.workflow_run_id, seq, type, at, data].join('|');
    if (seq !== place + 1 || hash !== sha256(bytes(previous), text)) {
      faults.push(`event ${seq} is not what its hash says`);
    }
    previous = hash;
  }
  if (previous !== interaction.event_hash) faults.push('its last event is not its head');
  return faults;
}

/** What the events say of the columns; events of the first format say nothing that could be compared here. */
function rowFaults({ events, given, result, canonical }: Interaction): string[] {
  const data = events.map((event) => JSON.parse(event.data) as Record<string, unknown>);
  const last = data.at(-1) ?? {};
  const holds =
    'row' in last
      ? last.row === base64(`${given}\n${result}`)
      : (data.findLast((d) => 'given' in d)?.given ?? base64(given)) === base64(given) &&
        ('result' in last
          ? last.result === base64(result)
          : canonical !== undefined || ['created', 'started'].includes(events.at(-1)?.type ?? ''));
  return holds ? [] : ['its columns are not what its events say'];
}

function nameFaults(run: Export, { conversation, given }: Interaction): string[] {
  const id = Number(/^\{(\d+)/.exec(given)?.[1]);
  const names = run.version
    .filter((line) => line.startsWith('conversation|'))
    .map((line) => JSON.parse(line.slice('conversation|'.length)))
    .filter((line) => line.conversation_id === id)
    .map((line) => line.conversation_name);
  const known = BUILT_IN.get(id) ?? names[0];
  return known === conversation ? [] : [`its conversation is ${known}, not ${conversation}`];
}

/** What `hash_heads` says, of all that is there or of what was there before a reopening. */
function headsOf(
  run: Export,
  until?: { interaction_ids: number[]; event_seqs: number[]; attempts: number[] },
): string {
  const parts = run.interactions.flatMap((interaction) => {
    const place = until?.interaction_ids.indexOf(interaction.interaction_id);
    if (place === -1) return [];
    const head =
      place === undefined
        ? interaction.event_hash
        : interaction.events.find((e) => e.seq === until?.event_seqs[place])?.hash;
    const attempts = interaction.attempts
      .filter(
        ({ text }) =>
          place === undefined ||
          Number(/^\{\d+,(\d+)/.exec(text)?.[1]) <= (until?.attempts[place] ?? 0),
      )
      .map(({ text, revision }) => bytes(sha256(text, bytes(revision))));
    return attempts.length === 0 ? [bytes(head)] : attempts.flatMap((a) => [bytes(head), a]);
  });
  return parts.length === 0 ? '' : sha256(...parts);
}

function digestsOf(run: Export, format: number): { run: string; chain: string } {
  if (format === 1) {
    return {
      run: sha256([run.canonical, ...run.interactions.map((i) => i.canonical)].join('\n')),
      chain: sha256(...run.interactions.map((i) => bytes(i.event_hash))),
    };
  }
  const lines = (texts: string[]): Buffer =>
    texts.length === 0
      ? Buffer.alloc(0)
      : bytes(sha256(...texts.map((line) => bytes(sha256(line)))));
  const plan = run.plan === null ? Buffer.alloc(0) : bytes(sha256(run.plan));
  return {
    run: sha256(bytes(sha256(run.canonical)), lines(run.version), plan, lines(run.context)),
    chain: headsOf(run),
  };
}

function sealFaults(run: Export, seal: Seal, place: number): string[] {
  const previous = run.seals[place - 1]?.seal_hash ?? null;
  const format = seal.format === 1 ? [] : [seal.format];
  const text = `${[...format, run.workflow_run_id, seal.segment, seal.status, seal.sealed_at].join('|')}|`;
  const hash = sha256(bytes(previous), text, bytes(seal.chain_digest), bytes(seal.run_digest));
  const faults: string[] = [];
  if (
    seal.segment !== place + 1 ||
    seal.previous_seal_hash !== previous ||
    seal.seal_hash !== hash
  ) {
    faults.push(`seal ${seal.segment} is not what its hash says`);
  }
  const { link } = seal;
  if (
    link !== null &&
    link.link_hash !==
      sha256(bytes(link.previous_link_hash), `${link.seal_link_id}|`, bytes(seal.seal_hash))
  ) {
    faults.push(`the link of seal ${seal.segment} is not what its hash says`);
  }
  return faults;
}

/** The seals of before a retry against the logs of then, and their number against the times the run was reopened. */
function historyFaults(run: Export, orchestrator: unknown): string[] {
  const reopened = run.interactions
    .filter((i) => i.interaction_id === orchestrator)
    .flatMap((i) => i.events)
    .filter((event) => event.type === 'reopened').length;
  const faults: string[] = [];
  if (run.seals.length !== reopened + 1) {
    faults.push(`it was reopened ${reopened} times and has ${run.seals.length} seals`);
  }
  const reopenings = run.context
    .filter((line) => line.startsWith('reopening|'))
    .map((line) => JSON.parse(line.slice('reopening|'.length)));
  for (const seal of run.seals.slice(0, -1)) {
    const reopening = reopenings.find((r) => r.segment === seal.segment);
    if (
      seal.format !== 1 &&
      (reopening === undefined || headsOf(run, reopening) !== seal.chain_digest)
    ) {
      faults.push(`the logs before the retry are not what seal ${seal.segment} says`);
    }
  }
  return faults;
}

/**
 * Verifies a document of `pgwave.export_run` without a database: the chain of each interaction, its columns and its name, the
 * seals one after the other with their links, and all that the last seal covers. Returns what does not hold; nothing: the
 * document is whole. A run that is open has no seal for what it is, which is a fault. Throws a ZodError where it is no
 * export. The formulas are those of sql/record/.
 */
export function checkExport(document: unknown): string[] {
  if ((document as { format?: unknown } | null)?.format === 'pgwave-run-1') {
    return checkFirstFormat(document);
  }
  const run = exportSchema.parse(document);
  const canonical = JSON.parse(run.canonical) as unknown[];
  const faults = run.interactions.flatMap((interaction) =>
    [
      ...eventFaults(run, interaction),
      ...rowFaults(interaction),
      ...nameFaults(run, interaction),
    ].map((fault) => `interaction ${interaction.interaction_id}: ${fault}`),
  );
  if (canonical[RUN.id] !== run.workflow_run_id || canonical[RUN.status] !== run.status) {
    faults.push('number and status are not those of the run');
  }
  faults.push(...run.seals.flatMap((seal, place) => sealFaults(run, seal, place)));
  const last = run.seals.at(-1);
  if (
    last === undefined ||
    last.status !== run.status ||
    last.sealed_at !== canonical[RUN.finishedAt]
  ) {
    faults.push(`no seal covers the run as it is here: ${run.status}`);
    return faults;
  }
  const due = digestsOf(run, last.format);
  if (last.run_digest !== due.run) faults.push('the run is not what the seal says');
  if (last.chain_digest !== due.chain) faults.push('the logs are not what the seal says');
  return [...faults, ...historyFaults(run, canonical[RUN.orchestrator])];
}
