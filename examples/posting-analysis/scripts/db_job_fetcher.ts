/**
 * Reads postings from a JSON Lines source into careers.postings_staging, and nowhere else.
 *
 * params.source  a file, or an http(s) address
 * params.base    the folder that a relative file is relative to; default: the working directory
 * params.limit   the most lines to read; default 1000
 *
 * Each line: posting_id?, external_url? (or url), company, title, location?, description. A line that cannot be read is staged
 * too, with what is wrong with it, so that the validator can say so. One transaction, and one row for each line and interaction:
 * another attempt adds nothing.
 *
 * Answers {source, fetched, staged, unreadable}.
 */
import { open } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { ScriptError, script } from '../../../src/script.ts';
import { requireText } from './read-params.ts';

interface StagedLine {
  source_line: number;
  posting_id: number | null;
  external_url: string | null;
  company: string | null;
  title: string | null;
  location: string | null;
  description: string | null;
  raw: unknown;
  fetch_faults: string[];
}

const batchSize = 500;

await script(async ({ params, interactionId, database }) => {
  const source = requireText(params, 'source');
  const limit = readLimit(params.limit);
  const base = typeof params.base === 'string' ? params.base : process.cwd();
  const client = await database();

  await client.query('begin');
  let batch: StagedLine[] = [];
  let fetched = 0;
  const stage = async (): Promise<void> => {
    await client.query(
      `insert into careers.postings_staging (
         source, source_line, posting_id, external_url, company, title, location, description,
         raw, fetch_faults, created_by_interaction_id
       )
       select $2, line.source_line, line.posting_id, line.external_url, line.company, line.title,
         line.location, line.description, line.raw, line.fetch_faults, $3
       from jsonb_to_recordset($1) as line (
         source_line int, posting_id bigint, external_url text, company text, title text,
         location text, description text, raw jsonb, fetch_faults text[]
       )
       on conflict (created_by_interaction_id, source_line) do nothing`,
      [JSON.stringify(batch), source, interactionId],
    );
    batch = [];
  };
  let lineNumber = 0;
  for await (const line of readLines(source, base)) {
    lineNumber += 1;
    if (line.trim() === '') continue;
    if (fetched >= limit) break;
    fetched += 1;
    batch.push(readLine(line, lineNumber));
    if (batch.length >= batchSize) await stage();
  }
  if (batch.length > 0) await stage();
  const { rows } = await client.query<{ staged: number; unreadable: number }>(
    `select count(*) as staged, count(*) filter (where fetch_faults <> '{}') as unreadable
     from careers.postings_staging
     where created_by_interaction_id = $1`,
    [interactionId],
  );
  await client.query('commit');
  return { source, fetched, ...rows[0] };
});

function readLimit(value: unknown): number {
  if (value === undefined || value === null) return 1000;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw new ScriptError('params.limit must be a positive whole number', { retryable: false });
}

async function* readLines(source: string, base: string): AsyncGenerator<string> {
  const input = /^https?:\/\//i.test(source)
    ? await openAddress(source)
    : await openFile(path.resolve(base, source));
  yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}

async function openFile(file: string): Promise<Readable> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new ScriptError(`The source ${file} cannot be read: ${error.code}`, { retryable: false });
  });
  return handle.createReadStream();
}

async function openAddress(address: string): Promise<Readable> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(45_000) });
  if (!answer.ok || !answer.body) {
    throw new ScriptError(`${address} answered ${answer.status}`, {
      retryable: answer.status === 429 || answer.status >= 500,
    });
  }
  return Readable.from(answer.body);
}

function readLine(line: string, lineNumber: number): StagedLine {
  const faults: string[] = [];
  let raw: unknown = null;
  try {
    // PostgreSQL stores neither NUL nor half a surrogate pair.
    raw = JSON.parse(line, (_key, value) => (typeof value === 'string' ? storable(value) : value));
  } catch {
    faults.push('the line is not JSON');
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    if (faults.length === 0) faults.push('the line is not a JSON object');
    raw = null;
  }
  const posting = (raw ?? {}) as Record<string, unknown>;
  const text = (name: string): string | null => {
    const value = posting[name];
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value.trim() || null;
    faults.push(`${name} is not a text`);
    return null;
  };
  const postingId = readPostingId(posting.posting_id, faults);
  return {
    source_line: lineNumber,
    posting_id: postingId,
    external_url:
      text('external_url') ?? text('url') ?? (postingId === null ? null : `posting:${postingId}`),
    company: text('company'),
    title: text('title'),
    location: text('location'),
    description: text('description'),
    raw,
    fetch_faults: faults,
  };
}

function readPostingId(value: unknown, faults: string[]): number | null {
  if (value === undefined || value === null) return null;
  const id = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id;
  faults.push('posting_id is not a positive whole number');
  return null;
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
