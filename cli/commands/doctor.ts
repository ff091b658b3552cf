import type { Command } from 'commander';
import pc from 'picocolors';
import { connect, openDatabase } from '../../src/database/connection.ts';
import { calls } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { count, table } from '../format.ts';
import {
  checkClock,
  checkConnection,
  checkLogins,
  checkModels,
  checkScripts,
  checkVersion,
  type Finding,
} from '../health-checks.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import type { Session } from '../session.ts';
import { configFile } from '../settings.ts';

interface Fact {
  fact: string;
  value: string;
}

const ORDER = ['broken', 'warning', 'note'];

/** Everything that is wrong, the worst first. Of a database of another version only that it is one. */
async function examine({
  url,
  client,
  kind,
}: Session): Promise<{ findings: Finding[]; facts: Fact[] }> {
  const version = await checkVersion(client);
  if (version.length > 0) return { findings: version, facts: [] };
  const facts = (await calls(client).listHealthFacts()) as Fact[];
  const found = (await calls(client).checkHealth()) as Finding[];
  const models = await checkModels(client);
  const connection = await checkConnection(client);
  const findings = [
    ...found,
    ...connection.findings,
    ...(await checkClock(client)),
    ...(await checkLogins(url)),
    ...(await checkScripts(client, kind)),
    ...models.findings,
  ];
  return {
    findings: findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity)),
    facts: [
      ...facts,
      { fact: 'configuration', value: configFile() ?? 'no pgwave.config file' },
      { fact: 'connection', value: connection.value },
      ...(models.fact ? [models.fact] : []),
    ],
  };
}

function print(findings: Finding[], facts: Fact[]): void {
  if (facts.length > 0) {
    const width = Math.max(...facts.map(({ fact }) => fact.length));
    for (const { fact, value } of facts) console.log(pc.dim(`${fact.padEnd(width)}  ${value}`));
    console.log('');
  }
  if (findings.length === 0) {
    console.log(pc.green('all is well'));
    return;
  }
  console.log(
    table(
      ['SEVERITY', 'OF', 'WHAT'],
      findings.flatMap(({ severity, subject, message, hint }) => [
        [severity, subject, message],
        ['', '', `→ ${hint}`],
      ]),
    ),
  );
  const broken = findings.filter(({ severity }) => severity === 'broken').length;
  console.log(
    broken > 0
      ? pc.red(`\n${count(broken, 'finding')} broken, ${findings.length} in all`)
      : pc.yellow(`\nnothing is broken; ${count(findings.length, 'finding')}`),
  );
}

async function doctor(options: GlobalOptions): Promise<void> {
  const database = await openDatabase({ databaseUrl: options.databaseUrl });
  try {
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    try {
      const session = { url: database.url, client, kind: database.kind, warnings: [] };
      const { findings, facts } = await examine(session);
      const broken = findings.some(({ severity }) => severity === 'broken');
      if (options.json) {
        const known = Object.fromEntries(facts.map(({ fact, value }) => [fact, value]));
        console.log(JSON.stringify({ ok: !broken, findings, facts: known }));
      } else print(findings, facts);
      if (broken) process.exitCode = EXIT.failed;
    } finally {
      await client.end().catch(() => {});
    }
  } finally {
    await database.close();
  }
}

export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('find problems, and print what to do about them')
    .description(
      'Find problems, and print what to do about them. Looks at the database, queue, runs, models, and scripts.',
    )
    .action((_, self: Command) => doctor(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave doctor', 'the database, and what workers need on this machine'],
    ['pgwave doctor --json', 'for a monitor: exit code 1 where something is broken'],
  ]);
}
