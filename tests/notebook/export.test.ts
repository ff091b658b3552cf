import { describe, expect, it } from 'vitest';
import { checkExport } from '../../src/audit/check-export.ts';
import { createFolder, runCli } from '../cli/run-cli.ts';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();

type Json = Record<string, unknown> & { interactions: Record<string, unknown>[]; seals: unknown[] };
const exportOf = async (run: string): Promise<Json> =>
  (await driver().db.query<{ d: Json }>('select pgwave.export_run($1) as d', [run]))[0]?.d as Json;

type Path = (string | number)[];
/** Where a document has a text, a number, a boolean or null. */
function leaves(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [at];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, [...at, Array.isArray(value) ? Number(key) : key]),
  );
}
/** Another value of the same kind at a place. */
function change(document: unknown, path: Path): void {
  let holder = document as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as typeof holder;
  const key = path.at(-1) as string | number;
  const old = holder[key];
  if (typeof old === 'number') holder[key] = old + 1;
  else if (typeof old === 'string') holder[key] = /^[0-9a-f]+$/.test(old) ? `${old}00` : `${old}x`;
  else holder[key] = old === null ? 'aa' : !old;
}
const tricks: Record<string, (document: Json) => unknown> = {
  'an interaction less': (d) => d.interactions.shift(),
  'another order': (d) => d.interactions.reverse(),
  'no seals': (d) => d.seals.splice(0),
  'the first seal only': (d) => d.seals.splice(1),
  'said to run': (d) => {
    d.status = 'running';
    d.seals.splice(0);
  },
  'said to run in the columns too': (d) => {
    d.status = 'running';
    d.canonical = (d.canonical as string).replace('"completed"', '"running"');
  },
  'no attempts': (d) => {
    for (const interaction of d.interactions) interaction.attempts = [];
  },
  'no context': (d) => {
    d.context = [];
  },
  'a name changed': (d) => {
    (d.interactions.at(-1) as Record<string, unknown>).conversation = 'z';
  },
  'a link of another chain': (d) => {
    (d.seals[0] as Record<string, unknown>).link = {
      seal_link_id: 7,
      previous_link_hash: null,
      link_hash: 'aa',
    };
  },
};

describe('an export', () => {
  it('verifies without the database, and no text of it can be changed unseen', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: {} });
    const run = await d.start(flow);
    await d.drive({
      a: { response: 'größer – 𝄞', data: { n: 1.5 } },
      b: { error: { code: 'function_error', message: 'x', retryable: false } },
    });
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive();
    await d.db.query('select pgwave.link_seals()');
    const whole = await exportOf(run);
    expect(checkExport(whole)).toEqual([]);
    expect(whole.seals).toHaveLength(2);
    const unseen: string[] = [];
    for (const path of leaves(whole)) {
      const tampered = structuredClone(whole);
      change(tampered, path);
      let faults: unknown[];
      try {
        faults = checkExport(tampered);
      } catch {
        faults = ['no export'];
      }
      if (faults.length === 0) unseen.push(path.join('.'));
    }
    expect(unseen).toEqual([]);
    for (const [name, tamper] of Object.entries(tricks)) {
      const tampered = structuredClone(whole);
      tamper(tampered);
      expect(checkExport(tampered), name).not.toEqual([]);
    }
  });

  it('of a run that is open says that no seal covers it', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: ['b'] }, b: {} }));
    await d.complete((await d.begin()).map((work) => [work, { response: 'a' }]));
    expect(checkExport(await exportOf(run))).toEqual([
      expect.stringContaining('no seal covers the run'),
    ]);
  });

  it('and the audit have a command', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    await d.drive();
    const databaseUrl = d.db.url;
    const exported = await runCli(['audit', 'export', run], { databaseUrl });
    const anchor = await runCli(['audit', 'anchor'], { databaseUrl });
    const folder = createFolder({
      'run.json': exported.stdout,
      'anchor.json': anchor.stdout,
      'bad.json': '{',
    });
    const check = await runCli(['audit', 'check', `${folder.path}/run.json`]);
    expect(check).toMatchObject({ code: 0, stdout: expect.stringContaining('whole') });
    const verified = await runCli(['audit', 'verify', '--anchor', `${folder.path}/anchor.json`], {
      databaseUrl,
    });
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('as pgwave wrote it'),
    });
    expect(await runCli(['audit', 'check', `${folder.path}/bad.json`])).toMatchObject({ code: 2 });
    const client = await d.connection();
    await client.query('set session_replication_role = replica');
    await client.query(
      `update pgwave.interactions set output = '{"response": "better"}' where workflow_run_id = $1 and conversation_id > 9999`,
      [run],
    );
    const found = await runCli(['audit', 'verify', run], { databaseUrl });
    expect(found).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('interaction_changed'),
    });
    await client.query(
      `update pgwave.interactions set output = '{"response": "a"}' where workflow_run_id = $1 and conversation_id > 9999`,
      [run],
    );
    await d.drop(client);
    folder.remove();
  });
});
