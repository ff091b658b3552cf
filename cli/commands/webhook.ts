import { type Command, Option } from 'commander';
import type { Environment, WebhookRow } from '../../src/database/rows.generated.ts';
import { calls } from '../engine.ts';
import { table } from '../format.ts';
import { readJson } from '../given-values.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { type Session, withSession } from '../session.ts';

/** A limit if all rows are wanted. */
const EVERY = 100_000;

interface Settings extends GlobalOptions {
  secret: string;
  signature: 'standard' | 'sha256';
  input?: string;
  environment: Environment;
  priority: number;
}

const readWebhooks = ({ client }: Session, name?: string): Promise<WebhookRow[]> =>
  calls(client).listWebhooks({
    where: { webhook_name: name },
    orderBy: 'webhook_name',
    limit: EVERY,
  });

function webhookTable(webhooks: WebhookRow[]): string {
  if (webhooks.length === 0) return 'no webhooks';
  return table(
    ['WEBHOOK', 'PATH', 'WORKFLOW', 'SECRET', 'SIGNATURE', 'OWNER'],
    webhooks.map(({ webhook_name: name, workflow_id, secret_name, signature, owner }) => [
      name,
      `/hooks/${name}`,
      String(workflow_id),
      secret_name,
      signature,
      owner,
    ]),
  );
}

async function create(name: string, workflow: string, options: Settings): Promise<void> {
  const { secret, signature, input, environment, priority } = options;
  const given =
    input === undefined ? undefined : readJson('--input', input, `'{"posting_id": "$body.id"}'`);
  const made = await withSession(options, async (session) => {
    await calls(session.client).createWebhook(name, {
      ...{ workflow, secretName: secret, signature, input: given, environment, priority },
    });
    return readWebhooks(session, name);
  });
  console.log(options.json ? JSON.stringify({ webhook: made[0] ?? null }) : webhookTable(made));
}

export function addWebhook(program: Command): void {
  const webhook = program
    .command('webhook')
    .description('start workflows by signed requests of other services');
  webhook
    .command('create')
    .description('make an address at which a service starts a workflow')
    .argument('<name>', 'its name: the address is /hooks/NAME of the API')
    .argument('<workflow>', 'the name or number of the workflow')
    .requiredOption(
      '--secret <variable>',
      'the variable of the environment of the API with the secret: PGWAVE_WEBHOOK_…',
    )
    .addOption(
      new Option('--signature <form>', 'how requests are signed: Standard Webhooks, or as GitHub')
        .choices(['standard', 'sha256'])
        .default('standard'),
    )
    .option('--input <json>', 'the input of the run, with $body in it, or @file; default: the body')
    .addOption(
      new Option('--environment <name>', 'whose deployed version to run')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768), 0)
    .action((name: string, workflow: string, _, self: Command) =>
      create(name, workflow, self.optsWithGlobals()),
    );
  webhook
    .command('list')
    .description('list webhooks')
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const found = await withSession(options, (session) => readWebhooks(session));
      console.log(options.json ? JSON.stringify({ webhooks: found }) : webhookTable(found));
    });
  webhook
    .command('drop')
    .description('delete a webhook; what it started goes on')
    .argument('<name>', 'its name')
    .action(async (name: string, _, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      await withSession(options, ({ client }) => calls(client).dropWebhook(name));
      console.log(options.json ? JSON.stringify({ webhook: null }) : `${name} is gone`);
    });
  addExamples(webhook, [
    [
      'pgwave webhook create postings posting-analysis --secret PGWAVE_WEBHOOK_POSTINGS',
      'POST /hooks/postings',
    ],
    ['pgwave webhook list', 'the addresses, and which variables hold their secrets'],
    ['pgwave webhook drop postings', 'the address answers no more'],
  ]);
}
