// Where `pgwave prune` keeps runs before it removes them: a file, or a table of another database.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import type pg from 'pg';
import { connect } from '../database/connection.ts';
import { printableUrl } from '../database/database-url.ts';
import { PgwaveError } from '../errors.ts';

/** An exported run, as far as an archive looks into it. */
export interface RunDocument {
  workflow_run_id: number;
  seals: { seal_hash: string }[];
}

export interface Archive {
  /** As the record of prunes names it: without a password. */
  name: string;
  /** Returns when the runs are kept, and were read again. */
  keep(documents: RunDocument[]): Promise<void>;
  close(): Promise<void>;
}

export function openArchive(target: string): Promise<Archive> {
  return /^postgres(ql)?:\/\//.test(target) ? openDatabase(target) : openFile(target);
}

async function openFile(path: string): Promise<Archive> {
  const file = fs.openSync(path, 'a', 0o600);
  return {
    name: path,
    async keep(documents) {
      for (const document of documents) fs.writeSync(file, `${JSON.stringify(document)}\n`);
      fs.fsyncSync(file);
    },
    close: async () => fs.closeSync(file),
  };
}

/** A run that was taken up again has another last seal, and is kept once more. */
const TABLE = `
create schema if not exists pgwave_archive;
create table if not exists pgwave_archive.runs (
  workflow_run_id bigint not null,
  seal_hash text not null,
  archived_at timestamptz not null default clock_timestamp(),
  document text not null,
  primary key (workflow_run_id, seal_hash)
);
comment on table pgwave_archive.runs is
  'Runs that pgwave prune removed: one row for each, with the document of pgwave audit export. pgwave audit check proves it.'`;
const KEEP = `
insert into pgwave_archive.runs (workflow_run_id, seal_hash, document)
select * from unnest($1::bigint[], $2::text[], $3::text[])
on conflict (workflow_run_id, seal_hash) do nothing`;
const READ = `
select workflow_run_id, seal_hash, encode(sha256(convert_to(document, 'UTF8')), 'hex') as digest
  from pgwave_archive.runs
 where workflow_run_id = any($1::bigint[])`;

const idOf = ({ workflow_run_id: id, seals }: RunDocument): string =>
  `${id} ${seals.at(-1)?.seal_hash}`;

/** Raises PWARC if the table holds something else for one of the runs. */
async function compare(client: pg.ClientBase, documents: RunDocument[], texts: string[]) {
  const { rows } = await client.query<Record<'workflow_run_id' | 'seal_hash' | 'digest', string>>(
    READ,
    [documents.map((document) => document.workflow_run_id)],
  );
  const kept = new Map(rows.map((row) => [`${row.workflow_run_id} ${row.seal_hash}`, row.digest]));
  for (const [index, document] of documents.entries()) {
    const digest = createHash('sha256')
      .update(texts[index] ?? '')
      .digest('hex');
    if (kept.get(idOf(document)) === digest) continue;
    throw new PgwaveError('PWARC', `The archive does not hold run ${document.workflow_run_id}`, {
      detail:
        'pgwave_archive.runs has another document for this run and seal. Nothing was removed.',
      hint: 'Look at the row. If it is damaged, remove it there, and prune again.',
    });
  }
}

async function openDatabase(url: string): Promise<Archive> {
  const client = await connect(url, { applicationName: 'pgwave prune' });
  const close = () => client.end();
  try {
    const { rows } = await client.query("select to_regclass('pgwave_archive.runs') as found");
    if (rows[0]?.found === null) await client.query(TABLE);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: printableUrl(url),
    async keep(documents) {
      const texts = documents.map((document) => JSON.stringify(document));
      await client.query(KEEP, [
        documents.map((document) => document.workflow_run_id),
        documents.map(({ seals }) => seals.at(-1)?.seal_hash),
        texts,
      ]);
      await compare(client, documents, texts);
    },
    close,
  };
}
