import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScriptFolder, findProcesses, waitFor } from './script-folder.ts';

const folder = createScriptFolder();
afterAll(() => folder.remove());

const answer = (data: unknown): string =>
  `console.log(JSON.stringify({ status: 'success', data: ${JSON.stringify(data)} }));`;
/** A number that only this test's processes have in their command line: `sleep 4711.…`. */
let marks = 0;
const nextMark = (): string => `${4711 + process.pid}.${String(++marks).padStart(4, '0')}`;

describe('a script that works', () => {
  it('gets its input on stdin and its fixed arguments, and hands back data, response and tag', async () => {
    folder.write(
      'echo.js',
      `const input = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
       console.log(JSON.stringify({ status: 'success', data: {
         input, arguments: process.argv.slice(2), response: 'done', tag: '[RUN]' } }));`,
    );
    const result = await folder.run(['echo.js', '--twice', '$(touch /tmp/no) ; *'], {
      input: { interaction_id: 7, text: 'ä€😀' },
    });
    expect(result).toEqual({
      data: {
        input: { interaction_id: 7, text: 'ä€😀' },
        arguments: ['--twice', '$(touch /tmp/no) ; *'],
        response: 'done',
        tag: '[RUN]',
      },
      response: 'done',
      tag: 'RUN',
    });
  });

  it('sees PATH, LANG and what is given, and nothing else of the worker', async () => {
    process.env.PGWAVE_TEST_SECRET = 'not for scripts';
    folder.write(
      'env.sh',
      '#!/bin/sh\nprintf \'{"status":"success","data":"%s"}\' "$(env | cut -d= -f1 | sort | tr "\\n" " ")"',
      0o755,
    );
    const { data } = await folder.run('env.sh', { environment: { GIVEN: '1' } });
    delete process.env.PGWAVE_TEST_SECRET;
    const names = String(data).trim().split(' ');
    // A shell sets these for itself.
    expect(names.filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD'].includes(name))).toEqual([
      'GIVEN',
      'LANG',
      'PATH',
    ]);
  });

  it.each([
    [
      'typed.ts',
      'const data: number = 1; console.log(JSON.stringify({ status: "success", data }));',
      0o644,
    ],
    [
      'module.mjs',
      'import "node:fs"; console.log(JSON.stringify({ status: "success", data: 1 }));',
      0o644,
    ],
    ['snake.py', 'import json\nprint(json.dumps({"status": "success", "data": 1}))', 0o644],
    ['shell', '#!/bin/sh\necho \'{"status":"success","data":1}\'', 0o755],
  ])('may be %s', async (name, text, mode) => {
    folder.write(name, text, mode);
    expect(await folder.run(name)).toEqual({ data: 1 });
  });

  it('need not read its input', async () => {
    folder.write('deaf.js', answer('fine'));
    const input = 'x'.repeat(3_000_000);
    expect(await folder.run('deaf.js', { input })).toEqual({ data: 'fine' });
  });

  it('may run beside many others', async () => {
    folder.write(
      'one.sh',
      '#!/bin/sh\nread -r line; echo "{\\"status\\":\\"success\\",\\"data\\":$line}"',
      0o755,
    );
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, input) => folder.run('one.sh', { input })),
    );
    expect(results.map((result) => result.data)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

describe('a command', () => {
  const outside = mkdtempSync(path.join(tmpdir(), 'pgwave-outside-'));
  const stranger = path.join(outside, 'stranger.js');
  writeFileSync(stranger, answer('outside'));
  afterAll(() => rmSync(outside, { recursive: true }));

  it.each<[string, () => string[]]>([
    ['is empty', () => []],
    ['is an empty text', () => ['']],
    ['climbs out', () => [`../${path.basename(outside)}/stranger.js`]],
    ['climbs, though it stays inside', () => ['sub/../inside.js']],
    ['is absolute and outside', () => [stranger]],
    ['is absolute and a program', () => ['/bin/sh', '-c', 'echo']],
    [
      'is a link that leads out',
      () => {
        symlinkSync(stranger, path.join(folder.path, 'link-out.js'));
        return ['link-out.js'];
      },
    ],
    [
      'is in a linked folder that leads out',
      () => {
        symlinkSync(outside, path.join(folder.path, 'folder-out'));
        return ['folder-out/stranger.js'];
      },
    ],
    ['does not exist', () => ['nowhere.ts']],
    [
      'is a folder',
      () => {
        mkdirSync(path.join(folder.path, 'a-folder.js'));
        return ['a-folder.js'];
      },
    ],
    [
      'is not executable',
      () => {
        folder.write('plain.sh', '#!/bin/sh\necho hello');
        return ['plain.sh'];
      },
    ],
    [
      'holds a NUL',
      () => {
        folder.write('inside.js', answer('inside'));
        return ['inside.js', 'a\0b'];
      },
    ],
    ['is found on PATH only', () => ['ls']],
  ])('that %s is a bad request', async (_case, command) => {
    await expect(folder.run(command())).rejects.toMatchObject({
      code: 'bad_request',
      retryable: false,
    });
  });

  it('may be absolute and inside, or a link that stays inside, or in a linked scripts folder', async () => {
    const file = folder.write('here.js', answer('here'));
    symlinkSync('here.js', path.join(folder.path, 'link-in.js'));
    const linked = path.join(outside, 'linked-folder');
    symlinkSync(folder.path, linked);
    expect(await folder.run(file)).toEqual({ data: 'here' });
    expect(await folder.run('link-in.js')).toEqual({ data: 'here' });
    expect(await folder.run('here.js', { scriptsFolder: linked })).toEqual({ data: 'here' });
  });

  it('needs a scripts folder that exists', async () => {
    await expect(folder.run('here.js', { scriptsFolder: '/nowhere' })).rejects.toMatchObject({
      code: 'bad_request',
    });
  });
});

describe('a script that fails', () => {
  it('says so with an error document, retryable unless it says otherwise, with any exit code', async () => {
    folder.write(
      'sorry.js',
      `console.log('{"status":"error","error":"no such row","detail":{"id":3}}');`,
    );
    folder.write(
      'never.js',
      `console.log('{"status":"error","error":"never","retryable":false}'); process.exitCode = 3;`,
    );
    await expect(folder.run('sorry.js')).rejects.toMatchObject({
      code: 'script_error',
      message: 'no such row',
      detail: { id: 3 },
      retryable: true,
    });
    await expect(folder.run('never.js')).rejects.toMatchObject({
      code: 'script_error',
      message: 'never',
      retryable: false,
    });
  });

  it('has crashed where its exit code is not 0, whatever it printed; the end of stderr is kept', async () => {
    folder.write(
      'exit.js',
      `${answer('nearly')} process.stderr.write('ä'.repeat(5000) + 'the end'); process.exitCode = 4;`,
    );
    const error = await folder.run('exit.js').catch((reason) => reason);
    expect(error).toMatchObject({
      code: 'script_crashed',
      retryable: true,
      detail: { exit_code: 4, signal: null },
    });
    expect(error.detail.stderr).toMatch(/^ä+the end$/);
    expect(Buffer.byteLength(error.detail.stderr)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(error.detail.stderr)).toBeGreaterThan(2000);
  });

  it('has crashed where a signal ended it', async () => {
    folder.write('suicide.sh', '#!/bin/sh\nkill -s SEGV $$', 0o755);
    await expect(folder.run('suicide.sh')).rejects.toMatchObject({
      code: 'script_crashed',
      detail: { exit_code: null, signal: 'SIGSEGV' },
    });
  });

  it('repeats no secret of its environment', async () => {
    const url = 'postgres://pgwave_script:s3cr%40t-word@localhost/db';
    folder.write(
      'leak.js',
      `process.stderr.write('x'.repeat(100) + process.env.URL + ' and s3cr@t-word'); process.exit(1);`,
    );
    folder.write('leak-stdout.js', `console.log('connecting to ' + process.env.URL);`);
    folder.write(
      'leak-error.js',
      `console.log(JSON.stringify({ status: 'error', error: 'no ' + process.env.URL }));`,
    );
    for (const name of ['leak.js', 'leak-stdout.js', 'leak-error.js']) {
      const error = await folder.run(name, { environment: { URL: url } }).catch((reason) => reason);
      const kept = `${error.message} ${JSON.stringify(error.detail)}`;
      expect(kept).toContain('<URL>');
      expect(kept).not.toMatch(/s3cr/);
    }
  });
});

describe('what a script prints', () => {
  it.each([
    ['nothing', ''],
    ['prose', 'hello there'],
    ['two documents', '{"status":"success"}\n{"status":"success"}'],
    ['prose before the document', 'loading…\n{"status":"success","data":1}'],
    ['no status', '{"data":1}'],
    ['an unknown status', '{"status":"fine","data":1}'],
    ['a list', '[1]'],
    ['a document cut short', '{"status":"success","data":{'],
    ['a number that no database keeps', '{"status":"success","data":1e99999}'],
    ['a nest', `{"status":"success","data":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ])('must be one document, not %s', async (_case, text) => {
    folder.write('text.txt', text);
    folder.write('print.sh', `#!/bin/sh\ncat ${path.join(folder.path, 'text.txt')}`, 0o755);
    await expect(folder.run('print.sh')).rejects.toMatchObject({
      code: 'invalid_output',
      retryable: true,
      detail: { stdout: text.slice(0, 200) },
    });
  });

  it('is made storable, with a note', async () => {
    folder.write(
      'text.txt',
      '{"status":"success","data":{"a\\u0000":["x\\ud800y","\\u0000\\udc00","ok \\ud83d\\ude00"],"response":"\\u0000!"}}',
    );
    folder.write('print.sh', `#!/bin/sh\ncat ${path.join(folder.path, 'text.txt')}`, 0o755);
    expect(await folder.run('print.sh')).toEqual({
      data: { 'a\uFFFD': ['x\uFFFDy', '\uFFFD\uFFFD', 'ok 😀'], response: '\uFFFD!' },
      response: '\uFFFD!',
      notes: ['5 NUL or lone surrogate characters were replaced by U+FFFD'],
    });
  });

  it('may hold raw NULs and faulty UTF-8, which are replaced with a note', async () => {
    folder.write(
      'raw.sh',
      '#!/bin/sh\nprintf \'{"status":"success","data":"a\\000b\\377c"}\'',
      0o755,
    );
    const { data, notes } = await folder.run('raw.sh');
    expect(data).toBe('a\uFFFDb\uFFFDc');
    expect(notes).toHaveLength(2);
  });

  it('is limited, and the script ends when it prints more', async () => {
    folder.write('yes.sh', '#!/bin/sh\nexec yes', 0o755);
    const started = performance.now();
    await expect(folder.run('yes.sh', { maxOutputBytes: 10_000 })).rejects.toMatchObject({
      code: 'output_too_large',
      retryable: false,
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('may be just as large as the limit', async () => {
    const text = '{"status":"success","data":"0123456789"}';
    folder.write('exact.sh', `#!/bin/sh\nprintf '${text}'`, 0o755);
    expect(await folder.run('exact.sh', { maxOutputBytes: text.length })).toEqual({
      data: '0123456789',
    });
    await expect(folder.run('exact.sh', { maxOutputBytes: text.length - 1 })).rejects.toMatchObject(
      {
        code: 'output_too_large',
      },
    );
  });
});

describe('the end of a script', () => {
  it('comes with its timeout, for its children too', async () => {
    const mark = nextMark();
    folder.write('hang.sh', `#!/bin/sh\nsleep ${mark} &\nsleep ${mark}`, 0o755);
    const started = performance.now();
    await expect(folder.run('hang.sh', { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'timeout',
      retryable: true,
    });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(findProcesses(mark)).toEqual([]);
  });

  it('comes by SIGKILL where it ignores SIGTERM, or is stopped', async () => {
    const mark = nextMark();
    folder.write(
      'stubborn.sh',
      `#!/bin/sh\ntrap '' TERM\nsh -c 'trap "" TERM; while :; do sleep ${mark}; done' &\nwhile :; do sleep ${mark}; done`,
      0o755,
    );
    const started = performance.now();
    await expect(folder.run('stubborn.sh', { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(650);
    expect(took).toBeLessThan(10_000);
    expect(findProcesses(mark)).toEqual([]);

    folder.write('stopped.sh', '#!/bin/sh\nkill -s STOP $$\nsleep 60', 0o755);
    await expect(folder.run('stopped.sh', { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  it('comes when the call is aborted, within 2 s', async () => {
    const mark = nextMark();
    folder.write(
      'patient.sh',
      `#!/bin/sh\ntrap '' TERM\nsleep ${mark} &\nsleep ${mark}; sleep ${mark}`,
      0o755,
    );
    const controller = new AbortController();
    const running = folder.run('patient.sh', { signal: controller.signal });
    const outcome = expect(running).rejects.toMatchObject({ code: 'cancelled', retryable: false });
    await waitFor(() => findProcesses(`sleep ${mark}`).length >= 2);
    const aborted = performance.now();
    controller.abort();
    await outcome;
    expect(performance.now() - aborted).toBeLessThan(10_000);
    expect(findProcesses(mark)).toEqual([]);
  });

  it('is at once where the call was aborted before', async () => {
    const file = path.join(folder.path, 'was-here');
    folder.write('touch.sh', `#!/bin/sh\ntouch ${file}`, 0o755);
    await expect(folder.run('touch.sh', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(() => readFileSync(file)).toThrow();
  });

  it('comes with the memory limit, which counts the whole group', async () => {
    folder.write(
      'eat.js',
      `const b = []; setInterval(() => { if (b.length < 6) b.push(Buffer.alloc(20e6, 1)); }, 10);`,
    );
    folder.write(
      'eat-together.js',
      `const { spawn } = require('node:child_process');
       for (let i = 0; i < 2; i += 1) spawn(process.execPath, ['${path.join(folder.path, 'eat.js')}']);
       setInterval(() => {}, 1000);`,
    );
    const error = await folder
      .run('eat-together.js', { maxMemoryBytes: 280_000_000 })
      .catch((reason) => reason);
    expect(error).toMatchObject({ code: 'script_crashed', detail: { reason: 'memory' } });
    expect(error.detail.resident_bytes).toBeGreaterThan(280_000_000);
    expect(findProcesses(path.join(folder.path, 'eat'))).toEqual([]);
  });

  it('is also the end of the children that it left behind, and its answer counts', async () => {
    const mark = nextMark();
    folder.write(
      'parent.sh',
      `#!/bin/sh\nsleep ${mark} &\nsleep ${mark} >/dev/null 2>&1 &\necho '{"status":"success","data":"left"}'`,
      0o755,
    );
    const started = performance.now();
    expect(await folder.run('parent.sh')).toEqual({ data: 'left' });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(findProcesses(mark)).toEqual([]);
  });

  it('is not put off by a process that left the group and holds stdout open', async () => {
    const mark = nextMark();
    folder.write(
      'escape.sh',
      `#!/bin/sh\nsetsid sleep ${mark} &\nsleep 0.1\necho '{"status":"success","data":"gone"}'`,
      0o755,
    );
    const started = performance.now();
    expect(await folder.run('escape.sh')).toEqual({ data: 'gone' });
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const pid of findProcesses(mark)) process.kill(pid, 'SIGKILL');
  });

  it('comes with the end of the worker, for its children too', async () => {
    const mark = nextMark();
    folder.write('orphan.sh', `#!/bin/sh\nsleep ${mark} &\nsleep ${mark}`, 0o755);
    const worker = spawn(
      process.execPath,
      [
        '--input-type=module-typescript',
        '--eval',
        `import { runScript } from '${path.resolve(import.meta.dirname, '../../../workers/scripts/run-script.ts')}';
         await runScript({ command: ['orphan.sh'], scriptsFolder: '${folder.path}', grantedFolders: ['${folder.path}'], input: {}, environment: {},
           timeoutMs: 60000, maxOutputBytes: 1000, maxMemoryBytes: 1e9, signal: new AbortController().signal });`,
      ],
      { stdio: 'inherit' },
    );
    await waitFor(() => findProcesses(`sleep ${mark}`).length === 2, 30_000);
    worker.kill('SIGKILL');
    await waitFor(() => findProcesses(mark).length === 0);
    await waitFor(() => findProcesses('orphan.sh').length === 0);
  });

  it('leaves nothing running: no script, no guard', async () => {
    await waitFor(() => findProcesses(folder.path).length === 0);
    await waitFor(() => findProcesses('while read -r sign group', process.pid).length === 0);
  });
});
