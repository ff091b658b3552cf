import { expect, test } from 'vitest';
import { openArchive, type RunDocument } from '../../src/audit/archives.ts';
import { checkExport } from '../../src/audit/check-export.ts';
import { printableUrl } from '../../src/database/database-url.ts';
import { runCli } from '../cli/run-cli.ts';
import { useDriver } from '../engine/driver.ts';
import { createTestDatabase, setClock } from '../helpers/database.ts';

const driver = useDriver();

test('pgwave prune keeps runs in another database, once, and removes nothing that is not there', async () => {
  const d = driver();
  const archive = await createTestDatabase();
  const flow = await d.define({ x: {} });
  const [cut, other, damaged] = [await d.start(flow), await d.start(flow), await d.start(flow)];
  await d.drive();
  await d.db.query('select pgwave.link_seals(), pgwave_private.count_finished_runs()');
  await setClock(d.db, new Date(Date.now() + 91 * 86_400_000).toISOString());
  const prune = () =>
    runCli(['prune', '--older-than', '90d', '--archive', archive.url, '--json'], {
      env: { DATABASE_URL: d.db.url },
    });
  const documents = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await archive.query<{ id: string; document: string }>(
          'select workflow_run_id as id, document from pgwave_archive.runs',
        )
      ).map(({ id, document }) => [id, document]),
    );
  try {
    // a prune that ended between keeping and removing, and a row that somebody changed
    const before = await openArchive(archive.url);
    for (const run of [cut, damaged]) {
      const [row] = await d.db.query<{ document: RunDocument }>(
        'select pgwave.export_run($1) as document',
        [run],
      );
      await before.keep([row?.document as RunDocument]);
    }
    await before.close();
    await archive.query(
      `update pgwave_archive.runs set document = '{}' where workflow_run_id = $1`,
      [damaged],
    );
    const refused = await prune();
    expect(refused).toMatchObject({ code: 1 });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'PWARC' } });
    expect((await d.run(cut)).status).toBe('completed');
    expect((await d.run(damaged)).status).toBe('completed');

    await archive.query('delete from pgwave_archive.runs where workflow_run_id = $1', [damaged]);
    const done = await prune();
    expect(done.code, done.stderr).toBe(0);
    const kept = await documents();
    for (const run of [cut, other, damaged]) {
      expect(checkExport(JSON.parse(kept[run] as string))).toEqual([]);
      expect(await d.run(run)).toBeUndefined();
    }
    expect(await d.db.query('select distinct archive from pgwave.prunes')).toContainEqual({
      archive: printableUrl(archive.url),
    });
  } finally {
    await archive.close();
  }
});
