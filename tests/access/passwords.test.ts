import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { plainHost } from '../../workers/models/plain-host.ts';
import { startRehearsalServer } from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import { runCli } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

// A password in an address is in no row, no line of a log, and no printed text, whatever becomes of the call.

const CANARY = 'c4nary-pa55';
const LOGIN = `me:${CANARY}`;
/** The forms in which it could be found: as it is, and as HTTP sends it. */
const FORMS = new RegExp(
  [
    CANARY,
    Buffer.from(LOGIN).toString('base64').slice(4, -4),
    Buffer.from(CANARY).toString('hex'),
  ].join('|'),
  'i',
);

const withLogin = (url: string) => url.replace('://', `://${LOGIN}@`);

let db: TestDatabase;
/** A superuser whose password is the canary. */
let login: string;
let models: Awaited<ReturnType<typeof startRehearsalServer>>;
/** Answers by its path, and repeats what it was sent. */
let echo: http.Server;
let echoed = '';

beforeAll(async () => {
  db = await createTestDatabase();
  login = `${db.name}_root`;
  await db.query(`create role ${login} superuser login password '${CANARY}'`);
  models = await startRehearsalServer({ port: 0, anyModel: true });
  echo = http.createServer((request, response) => {
    const [, status = '500'] = /\/s(\d+)/.exec(request.url ?? '') ?? [];
    echoed += String(request.headers.authorization);
    if (status === '999') return void request.socket.destroy();
    response.writeHead(Number(status), { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        error: `no: ${request.headers.authorization} at ${LOGIN}`,
        host: request.headers.host,
      }),
    );
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await models.close();
  echo.closeAllConnections();
  await new Promise((resolve) => echo.close(resolve));
  await db.query(`drop owned by ${login}; drop role ${login}`);
  await db.close();
});

/** The tables in which a password is found. */
async function tablesWithPassword(): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_|^information_schema$'`,
  );
  expect(tables.length).toBeGreaterThan(60);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await db.query<{ row: string }>(
      `select t::text as row from ${name} t where t::text ~* $1 limit 1`,
      [FORMS.source],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row.slice(0, 500)}`));
  }
  return found;
}

const servers = (): Record<string, string> => {
  const { port } = echo.address() as AddressInfo;
  return {
    'that answers': models.url,
    'that is silent': 'http://127.0.0.1:1',
    'that is no address': 'http://bad host:x',
    'that cannot be found': 'http://no-such-host.invalid',
    'that cuts off': `http://127.0.0.1:${port}/s999`,
    ...Object.fromEntries(
      [400, 401, 403, 404, 408, 500, 503].map((status) => [
        `that answers ${status}`,
        `http://127.0.0.1:${port}/s${status}`,
      ]),
    ),
  };
};
/** Names of servers, before the servers have started. */
const NAMES = [
  'that answers',
  'that is silent',
  'that is no address',
  'that cannot be found',
  'that cuts off',
  ...[400, 401, 403, 404, 408, 500, 503].map((status) => `that answers ${status}`),
];

let count = 0;
/** Runs one conversation for each actor until its run has ended. Returns: what the attempts and the worker said. */
async function runAll(
  actors: Record<string, unknown>[],
  options: { ollamaHost?: string; openai?: string },
): Promise<string> {
  const said: unknown[] = [];
  const before = process.env.OPENAI_BASE_URL;
  if (options.openai !== undefined) process.env.OPENAI_BASE_URL = options.openai;
  const worker = await startWorker({
    databaseUrl: db.url,
    ...(options.ollamaHost === undefined ? {} : { ollamaHost: options.ollamaHost }),
    allowSecrets: ['PGWAVE_TEST_LOGIN'],
    onError: (error) => said.push(error),
    onEvent: (event) => said.push(event),
  });
  try {
    for (const actor of actors) {
      count += 1;
      const name = `called_${count}`;
      await db.query('select pgwave.define_actor($1)', [{ name, ...actor }]);
      await db.query('select pgwave.define_workflow($1)', [
        {
          name,
          conversations: [
            {
              name: 'x',
              actor: name,
              ...(actor.type === 'ai_model' ? { prompt: 'Say.' } : {}),
              ...(actor.cache === undefined ? {} : { cache: true }),
              retry: false,
              timeout: '5s',
            },
          ],
        },
      ]);
      await db.query('select pgwave.start_workflow($1)', [name]);
    }
    await eventually('all runs end', async () => {
      const open = await db.query('select from pgwave.workflow_runs where finished_at is null');
      return open.length === 0;
    });
  } finally {
    await worker.stop();
    if (before === undefined) delete process.env.OPENAI_BASE_URL;
    else process.env.OPENAI_BASE_URL = before;
  }
  return inspect(said, { depth: 20, maxStringLength: 100_000, maxArrayLength: 10_000 });
}

const MODELS = [
  { type: 'ai_model', model: 'gemma3:1b' },
  { type: 'ai_model', model: 'gemma3:1b', cache: { shared: true } },
  { type: 'ai_model', model: 'gemma3:1b', task: 'embed' },
];

describe('a password of the worker is in no row and no log', () => {
  test.each(NAMES)('OLLAMA_HOST of a server %s', async (name) => {
    const said = await runAll(MODELS, { ollamaHost: withLogin(servers()[name] ?? '') });
    expect(said).not.toMatch(FORMS);
    expect(await tablesWithPassword()).toEqual([]);
  });

  test.each(NAMES)('OPENAI_BASE_URL of a server %s', async (name) => {
    const said = await runAll(
      MODELS.map((actor) => ({ ...actor, provider: 'openai' })),
      { openai: withLogin(`${servers()[name]}/v1`) },
    );
    expect(said).not.toMatch(FORMS);
    expect(await tablesWithPassword()).toEqual([]);
  });

  test('the password was sent', () => {
    expect(echoed).toContain(Buffer.from(LOGIN).toString('base64'));
  });
});

describe('a password that an author wrote is where the author wrote it, and nowhere else', () => {
  test.each(NAMES)('base_url and url of a server %s', async (name) => {
    const url = withLogin(servers()[name] ?? '');
    const said = await runAll(
      [
        ...MODELS.map((actor) => ({ ...actor, base_url: url })),
        ...MODELS.map((actor) => ({ ...actor, provider: 'openai', base_url: `${url}/v1` })),
        {
          type: 'ai_model',
          provider: 'openai',
          model: 'x',
          base_url: `${url}/v1`,
          api_key: 'NOT_THERE',
        },
        ...(URL.canParse(url) ? [{ type: 'http', url, private_addresses: true }] : []),
        { type: 'http', url: `http://${LOGIN}@{{ host }}/x`, allowed_hosts: ['*'] },
      ],
      {},
    );
    expect(said).not.toMatch(FORMS);
    const found = (await tablesWithPassword()).map((row) => row.split(':')[0]);
    expect(
      found.filter((table) => !/^pgwave\.(actors|actor_revisions)$/.test(table ?? '')),
    ).toEqual([]);
  });
});

describe('commands print no password', () => {
  const HOSTS = [['with one', `http://${LOGIN}@127.0.0.1:1`]] as const;

  /** What a command prints that goes on until it is stopped. */
  async function printed(args: string[], env: Record<string, string>): Promise<string> {
    let stop: (() => void) | undefined;
    let output = () => '';
    const running = runCli(args, {
      databaseUrl: editDatabaseUrl(db.url, { user: login, password: CANARY }),
      env: { PGWAVE_LOG_LEVEL: 'debug', ...env },
      started: (child, text) => {
        stop = () => child.kill('SIGINT');
        output = text;
      },
    });
    let ended = false;
    running.finally(() => {
      ended = true;
    });
    await eventually(
      'it is ready, or has ended',
      () => ended || /ready|GraphQL at|models at/.test(output()),
    );
    stop?.();
    const { stdout, stderr } = await running;
    return stdout + stderr;
  }

  test.each(HOSTS)('worker, up, serve, demo, and doctor: OLLAMA_HOST %s', async (_, host) => {
    const commands = [
      ['worker'],
      ['up', '--port', '0'],
      ['serve', '--port', '0'],
      ['demo'],
      ['doctor'],
      ['migrate'],
    ];
    for (const args of commands.flatMap((words) => [words, [...words, '--json']])) {
      const text = await printed(args, { OLLAMA_HOST: host, PGWAVE_DEBUG: '1' });
      expect(text, args.join(' ')).not.toMatch(FORMS);
      expect(text.length, args.join(' ')).toBeGreaterThan(0);
    }
  });

  test('every command, without a database', async () => {
    const { createProgram } = await import('../../cli/program.ts');
    const program = await createProgram();
    for (const command of program.commands) {
      const given = command.registeredArguments.filter(({ required }) => required).map(() => '1');
      for (const url of [
        `postgres://${LOGIN}@127.0.0.1:1/x`,
        `postgres://me@127.0.0.1:1/x?password=${CANARY}`,
        `postgres://me:x/${CANARY}@127.0.0.1:1/x`,
        `postgres://${LOGIN}@bad host/x`,
      ]) {
        const { stdout, stderr } = await runCli([command.name(), ...given, '--json'], {
          databaseUrl: url,
          env: { PGWAVE_DEBUG: '1', PGWAVE_DIRECT_URL: url },
        });
        expect(stdout + stderr, `${command.name()} at ${url}`).not.toMatch(FORMS);
      }
    }
  });
});

test.each([
  [`http://${LOGIN}@h:1/x`, 'http://h:1/x'],
  [`${LOGIN}@h`, 'h'],
  ['h:11434', 'h:11434'],
  ['http://h/@x/y', 'http://h/@x/y'],
  [`http://me:a/${CANARY}@h:1`, 'http://h:1'],
  [`http://me:a#${CANARY}@h`, 'http://h'],
  [`https://h/v1?key=${CANARY}#x`, 'https://h/v1'],
  ['http://[::1]:1/', 'http://[::1]:1/'],
])('%s is shown as %s', (address, shown) => {
  expect(plainHost(address)).toBe(shown);
});
