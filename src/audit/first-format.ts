import { createHash } from 'node:crypto';
import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]*$/);
const firstSchema = z.object({
  format: z.literal('pgwave-run-1'),
  workflow_run_id: z.number(),
  status: z.string(),
  canonical: z.string(),
  interactions: z.array(
    z.object({
      interaction_id: z.number(),
      conversation: z.string(),
      canonical: z.string(),
      event_hash: hex,
      events: z.array(
        z.object({
          seq: z.number(),
          type: z.string(),
          at: z.number(),
          data: z.string(),
          hash: hex,
        }),
      ),
    }),
  ),
  seals: z.array(
    z.object({
      segment: z.number(),
      status: z.string(),
      sealed_at: z.number(),
      run_digest: hex,
      chain_digest: hex,
      previous_seal_hash: hex.nullable(),
      seal_hash: hex,
      link: z.object({ seal_link_id: z.number(), link_hash: hex }).nullable(),
    }),
  ),
});

const sha256 = (...parts: (string | Buffer)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'hex');

/**
 * Verifies a document that was exported in the first format, as `checkExport` does. Names and links are no part of what it
 * hashes. The formulas are those of sql/record/first_format.sql.
 */
export function checkFirstFormat(document: unknown): string[] {
  const run = firstSchema.parse(document);
  const faults: string[] = [];
  for (const interaction of run.interactions) {
    let previous: string | null = null;
    for (const [place, event] of interaction.events.entries()) {
      const text = [
        interaction.interaction_id,
        run.workflow_run_id,
        event.seq,
        event.type,
        event.at,
        event.data,
      ].join('|');
      if (event.seq !== place + 1 || event.hash !== sha256(bytes(previous), text)) {
        faults.push(
          `interaction ${interaction.interaction_id}: event ${event.seq} is not what its hash says`,
        );
      }
      previous = event.hash;
    }
    if (previous !== interaction.event_hash) {
      faults.push(`interaction ${interaction.interaction_id}: its last event is not its head`);
    }
  }
  let previousSeal: string | null = null;
  for (const [place, seal] of run.seals.entries()) {
    const text = `${[run.workflow_run_id, seal.segment, seal.status, seal.sealed_at].join('|')}|`;
    const hash = sha256(
      bytes(previousSeal),
      text,
      bytes(seal.chain_digest),
      bytes(seal.run_digest),
    );
    if (
      seal.segment !== place + 1 ||
      seal.previous_seal_hash !== previousSeal ||
      seal.seal_hash !== hash
    ) {
      faults.push(`seal ${seal.segment} is not what its hash says`);
    }
    previousSeal = seal.seal_hash;
  }
  const last = run.seals.at(-1);
  if (last === undefined || last.status !== run.status) {
    faults.push(`no seal covers the run as it is here: ${run.status}`);
  } else {
    const rows = [run.canonical, ...run.interactions.map((i) => i.canonical)].join('\n');
    if (last.run_digest !== sha256(rows)) faults.push('the rows are not what the seal says');
    if (last.chain_digest !== sha256(...run.interactions.map((i) => bytes(i.event_hash)))) {
      faults.push('the logs are not what the seal says');
    }
  }
  return faults;
}
