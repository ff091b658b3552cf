import { describe, expect, it } from 'vitest';
import { checkExport } from '../../src/audit/check-export.ts';
import { createFolder, runCli } from '../cli/run-cli.ts';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();

type Json = Record<string, unknown> & { interactions: Record<string, unknown>[]; seals: unknown[] };
const exportOf = async (run: string): Promise<Json> =>
  (await driver().db.query<{ d: Json }>('select pgwave.export_run($1) as d', [run]))[0]?.d as Json;

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
    const whole = await exportOf(run);
    expect(checkExport(whole)).toEqual([]);
    expect(whole.seals).toHaveLength(2);
    const text = JSON.stringify(whole);
    let changed = 0;
    // every place that holds a hash, a time, a number or a text
    for (const match of text.matchAll(
      /"(?:canonical|data|hash|event_hash|run_digest|chain_digest|seal_hash|at|seq|sealed_at)":("?)/g,
    )) {
      const at = (match.index ?? 0) + match[0].length;
      const old = text[at + 3] as string;
      const other = /[0-9a-f]/.test(old) ? (old === '1' ? '2' : '1') : 'x';
      const tampered = `${text.slice(0, at + 3)}${other}${text.slice(at + 4)}`;
      let document: unknown;
      try {
        document = JSON.parse(tampered);
      } catch {
        continue;
      }
      changed += 1;
      let faults: unknown[];
      try {
        faults = checkExport(document);
      } catch {
        faults = ['no export'];
      }
      expect(faults, tampered.slice(at - 30, at + 30)).not.toEqual([]);
    }
    expect(changed).toBeGreaterThan(30);
    expect(checkExport({ ...whole, interactions: whole.interactions.slice(1) })).not.toEqual([]);
    expect(checkExport({ ...whole, interactions: whole.interactions.toReversed() })).not.toEqual(
      [],
    );
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
