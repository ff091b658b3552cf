import { spawnSync } from 'node:child_process';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { runCli } from './run-cli.ts';

const program = await createProgram();
const COMMANDS = program.commands.map((command) => command.name());
const NOWHERE = 'postgres://nobody:secret@127.0.0.1:1/nothing';

/** In this process: none of these asks a database. */
const parse = (args: string[]) => runCli(args, { databaseUrl: NOWHERE });

describe('help', () => {
  test.each(COMMANDS)('of %s has its options and examples', async (command) => {
    const { code, stdout, stderr } = await parse([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: pgwave ${command}`);
    expect(stdout).toMatch(/Examples:\n {2}.*pgwave/);
    expect(stdout).toContain('--json');
    expect(stdout).toContain('--database-url');
  });

  test('of pgwave lists the commands and the exit codes; no command means help', async () => {
    const [asked, bare] = await Promise.all([runCli(['--help']), parse([])]);
    for (const command of COMMANDS)
      expect(asked.stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'));
    expect(asked.stdout).toContain('Exit codes:');
    expect(bare).toEqual(asked);
  });

  test('says what each command does in a short line that begins with a verb', () => {
    const all = (commands: readonly Command[]): Command[] =>
      commands.flatMap((command) => [command, ...all(command.commands)]);
    for (const command of all(program.commands)) {
      const said = command.summary() || command.description();
      expect(said.length, `${command.name()}: ${said}`).toBeLessThanOrEqual(60);
      // "list", not "lists"
      expect(said, command.name()).toMatch(/^[a-z]+(?:[^s]|ss) .*[^.]$/);
    }
  });

  test('the version is that of the package', async () => {
    expect(await runCli(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });
});

describe('a command line that is not understood ends with 2', () => {
  test.each([
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['rum'], /hint: .*run/],
    [['schedule', 'ad'], /unknown command 'ad'\nhint: pgwave schedule --help/],
    [['plan'], /Give a goal.*\nhint: pgwave plan "/],
    [['runs', '--nonsense'], /unknown option '--nonsense'/],
    [['runs', '--limit', '0'], /whole number of at least 1/],
    [['runs', '--status', 'odd'], /Allowed choices are/],
    [['show', 'abc'], /number of a run/],
    [['apply'], /missing required argument/],
    [['run', '3001', '-p', 'posting_id'], /not key=value/],
    [['run', '3001', '--input', '{"a":'], /--input is not JSON/],
    [['run', '3001', '--input', '[1]'], /must be a JSON object/],
    [['run', '3001', '--given', '@/nowhere.json'], /cannot be read/],
    [['run', '3001', '--timeout', 'soon'], /must be a duration/],
    [['approve', 'ask'], /number of an interaction.*pgwave inbox/],
    [['approve', '1', '--data', '{'], /--data is not JSON/],
    [['approve', '1', '--reject', '--decision', 'X'], /cannot be used with/],
    [['signal', '1', 'go', 'then'], /payload is not JSON/],
    [['fork', '1'], /--at <conversation>' not specified/],
    [['fork', '1', '--at', 'x', '--overrides', '[]'], /must be a JSON object/],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await parse(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error PWUSE: /);
    expect(stderr).toMatch(said);
  });

  test('as JSON', async () => {
    const { code, stderr } = await parse(['frobnicate', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'PWUSE', message: expect.stringContaining('frobnicate') },
    });
  });
});

describe('without a database', () => {
  test('a command ends with 3, a hint, and neither stack nor password', async () => {
    const { code, stdout, stderr } = await runCli(['runs'], { databaseUrl: NOWHERE });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(/^error PWDBU: .*\n.*127\.0\.0\.1:1.*\nhint: /);
    expect(stderr).not.toMatch(/secret|^\s+at /m);
  });

  test('--database-url goes before DATABASE_URL, and the error is JSON with --json', async () => {
    const { code, stderr } = await runCli(['runs', '--json', '--database-url', NOWHERE], {
      databaseUrl: 'postgres://127.0.0.1:2/other',
    });
    expect(code).toBe(3);
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ code: 'PWDBU', detail: expect.stringContaining('127.0.0.1:1') });
    expect(error.hint).toBeTruthy();
  });

  test('PGWAVE_DEBUG=1 adds the stack', async () => {
    const { stderr } = await runCli(['runs'], { databaseUrl: NOWHERE, env: { PGWAVE_DEBUG: '1' } });
    expect(stderr).toMatch(/^\s+at /m);
  });

  test('what is no connection string is said so', async () => {
    const { code, stderr } = await runCli(['runs'], { databaseUrl: 'mysql://x' });
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error PWENV: /);
  });
});

const old = ['/usr/bin/node', '/usr/local/bin/node', '/opt/nodejs/bin/node'].find((file) => {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return status === 0 && Number(/^v(\d+)/.exec(stdout)?.[1]) < 22;
});

describe.skipIf(old === undefined)('on an older Node', () => {
  const node = old as string;

  test('bin/pgwave.js goes on with the one of its packages, and keeps the exit code', async () => {
    expect(await runCli(['--version'], { node })).toMatchObject({ code: 0, stdout: '0.1.0\n' });
    expect(await runCli(['frobnicate'], { node })).toMatchObject({ code: 2 });
  });

  test('it says what is missing where there is none', async () => {
    const { code, stderr } = await runCli(['--version'], { node, env: { PGWAVE_RESTARTED: '1' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error PWENV: pgwave needs Node 22.18 or newer, and this is v.*\nhint: /,
    );
  });
});
