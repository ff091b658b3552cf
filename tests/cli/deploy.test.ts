import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { runCli } from './run-cli.ts';

let db: TestDatabase;
const cli = (...args: string[]) => runCli(args, { databaseUrl: db.url });

beforeAll(async () => {
  db = await createTestDatabase();
  for (const words of ['short', 'long']) {
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'cli-reading',
        conversations: [{ name: 'count', type: 'function', handler: 'count', params: { words } }],
      },
    ]);
  }
});
afterAll(() => db.close());

test('a version is deployed, promoted, shown and taken back', async () => {
  const deployed = await cli('deploy', 'cli-reading', '--deploy-version', '1', '--to', 'test');
  expect(deployed).toMatchObject({ code: 0, stderr: '' });
  expect(deployed.stdout).toMatch(/^test +1 +\w+ .*$/m);
  expect(deployed.stdout).toMatch(/^prod +the latest *$/m);
  await cli('deploy', 'cli-reading', '--from', 'test', '--to', 'prod');
  const versions = async () =>
    (
      JSON.parse((await cli('deploy', 'cli-reading', '--json')).stdout).deployments as {
        version: number | null;
      }[]
    ).map(({ version }) => version);
  expect(await versions()).toEqual([null, 1, null, 1]);
  await cli('deploy', 'cli-reading', '--undeploy', '--to', 'prod');
  expect(await versions()).toEqual([null, 1, null, null]);
});

test('what cannot be deployed is said, with what to do', async () => {
  expect(await cli('deploy', 'cli-reading', '--from', 'uat', '--to', 'prod')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not deployed in uat'),
  });
  expect(await cli('deploy', 'cli-reading', '--to', 'prod')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("option '--to' needs --deploy-version or --from"),
  });
  expect(await cli('deploy', 'cli-reading', '--to', 'moon')).toMatchObject({ code: 2 });
  expect(await cli('deploy', 'cli-none')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cli-none'),
  });
});
