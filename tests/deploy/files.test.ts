// What deploy/ ships names only what there is: commands, options, variables, ports, paths.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments, type parseDocument } from 'yaml';
import { createProgram } from '../../cli/program.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { projectPath } from '../../src/project-root.ts';

const read = (file: string): string => fs.readFileSync(projectPath(file), 'utf8');
const KUBERNETES = ['migrate', 'worker', 'api'].map((name) => `deploy/kubernetes/${name}.yaml`);
const UNITS = ['pgwave-api', 'pgwave-worker@'].map((name) => `deploy/systemd/${name}.service`);

// biome-ignore lint/suspicious/noExplicitAny: documents of other programs
type Document = any;

function documents(file: string): Document[] {
  return parseAllDocuments(read(file), { merge: true }).map((document) => {
    if ('errors' in document) expect(document.errors, file).toEqual([]);
    return (document as ReturnType<typeof parseDocument>).toJS();
  });
}

const compose = documents('deploy/compose.yaml')[0];
const containers: Document[] = KUBERNETES.flatMap(documents)
  .filter(({ kind }) => kind !== 'Service')
  .flatMap(({ spec }) => spec.template.spec.containers);

/** Each command line, by where it stands. */
function commandLines(): [string, string[]][] {
  const json = /^(?:CMD|ENTRYPOINT) (\[.*\])$/gm;
  const [entry, command] = [...read('deploy/Containerfile').matchAll(json)]
    .map(([, words = '']) => JSON.parse(words) as string[])
    .slice(-2);
  expect(entry).toEqual(['pgwave']);
  return [
    ['Containerfile', command ?? []],
    ...Object.entries<Document>(compose.services)
      .filter(([, { image }]) => image === 'pgwave')
      .map(([name, service]): [string, string[]] => [`compose: ${name}`, service.command]),
    ...containers.map(({ name, args }): [string, string[]] => [`kubernetes: ${name}`, args]),
    ...UNITS.map((file): [string, string[]] => {
      const [, line = ''] = /^ExecStart=\/usr\/bin\/env pgwave (.*)$/m.exec(read(file)) ?? [];
      return [file, line.split(' ')];
    }),
  ];
}

test('every command and option is one of pgwave', async () => {
  const program = await createProgram();
  const lines = commandLines();
  expect(lines.length).toBeGreaterThan(8);
  for (const [where, [name, ...words]] of lines) {
    const command = program.commands.find((each) => each.name() === name);
    expect(command, `${where}: ${name}`).toBeDefined();
    const known = [...(command?.options ?? []), ...program.options].map(({ long }) => long);
    for (const word of words.filter((each) => each.startsWith('--'))) {
      expect(known, where).toContain(word);
    }
  }
});

test('every variable is a setting of pgwave, or one of the program that reads it', () => {
  const known = new Set<string>([
    ...SETTINGS.flatMap(({ env }) => env ?? []),
    ...['HOME', 'NODE_ENV', 'PATH', 'POSTGRES_DB', 'POSTGRES_PASSWORD'],
  ]);
  const named = [
    ...Object.values<Document>(compose.services).flatMap(({ environment = {} }) =>
      Object.keys(environment),
    ),
    ...containers.flatMap(({ env = [] }) => env.map(({ name }: { name: string }) => name)),
    ...UNITS.flatMap((file) =>
      [...read(file).matchAll(/^Environment=(.*)$/gm)].flatMap(([, line = '']) =>
        line.split(' ').map((pair) => pair.split('=')[0] ?? ''),
      ),
    ),
    ...[...read('deploy/Containerfile').matchAll(/^(?:ENV)? +([A-Z_]+)=/gm)].map(
      ([, name = '']) => name,
    ),
    ...[...read('deploy/kubernetes/kustomization.yaml').matchAll(/--from-literal=([A-Z_]+)=/g)].map(
      ([, name = '']) => name,
    ),
  ];
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('nothing runs as root, and probes ask the ports that are served', () => {
  expect(read('deploy/Containerfile')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  const api = SETTINGS.find(({ key }) => key === 'port')?.default;
  const metrics = /PGWAVE_METRICS_PORT=(\d+)/.exec(read('deploy/Containerfile'))?.[1];
  for (const container of containers) {
    expect(container.securityContext).toMatchObject({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
    });
    const ports = new Map<string, number>(
      (container.ports ?? []).map((port: { name: string; containerPort: number }) => [
        port.name,
        port.containerPort,
      ]),
    );
    for (const kind of ['livenessProbe', 'startupProbe', 'readinessProbe']) {
      const probe = container[kind]?.httpGet;
      if (container.name === 'migrate') continue;
      expect(probe?.path, `${container.name} ${kind}`).toMatch(
        kind === 'readinessProbe' ? /^\/readyz/ : /^\/livez$/,
      );
      const served = container.name === 'api' ? api?.replaceAll('`', '') : metrics;
      expect(String(ports.get(probe.port))).toBe(served);
    }
  }
});

test('the kustomization names every file beside it', () => {
  const [{ resources }] = documents('deploy/kubernetes/kustomization.yaml');
  const files = fs.readdirSync(projectPath('deploy/kubernetes'));
  expect([...resources, 'kustomization.yaml'].sort()).toEqual(files.sort());
});

test('CI runs what .ci/run runs', () => {
  const [{ jobs }] = documents('.github/workflows/ci.yml');
  const steps = jobs.check.steps.map(({ run }: { run?: string }) => run);
  expect(steps).toContain('.ci/run');
  const { scripts } = JSON.parse(read('package.json'));
  for (const { run = '' } of jobs.dependencies.steps as { run?: string }[]) {
    const [, script] = /^npm run (?:--silent )?([\w:]+)/.exec(run) ?? [];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
  }
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
test.skipIf(!hasSystemd)('systemd takes the units', () => {
  for (const file of UNITS) {
    const { stderr } = spawnSync('systemd-analyze', ['verify', projectPath(file)], {
      encoding: 'utf8',
    });
    const ours = stderr.split('\n').filter((line) => line.includes(path.basename(file)));
    expect(ours).toEqual([]);
  }
});
