import { type Command, Option } from 'commander';
import type pg from 'pg';
import { deployWorkflow, listDeployments, promoteWorkflow, undeployWorkflow } from '../engine.ts';
import { localTime, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions, runId, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

const ENVIRONMENTS = ['dev', 'test', 'uat', 'prod'];

interface Options extends GlobalOptions {
  to?: string;
  from?: string;
  deployVersion?: number;
  undeploy?: boolean;
  requires?: number;
}

async function change(client: pg.ClientBase, workflow: string, options: Options): Promise<void> {
  const { to, from, deployVersion, undeploy, requires } = options;
  if (to === undefined) return;
  if (undeploy) await undeployWorkflow(client, workflow, to);
  else if (from !== undefined) await promoteWorkflow(client, workflow, from, to, requires);
  else if (deployVersion !== undefined) await deployWorkflow(client, workflow, deployVersion, to);
}

async function deploy(workflow: string, options: Options): Promise<void> {
  const deployments = await withSession(options, async ({ client }) => {
    await change(client, workflow, options);
    return listDeployments(client, workflow);
  });
  if (options.json) {
    console.log(JSON.stringify({ deployments }));
    return;
  }
  console.log(
    table(
      ['ENVIRONMENT', 'VERSION', 'BY', 'AT'],
      deployments.map(({ environment, version, deployed_by, deployed_at }) => [
        environment,
        version ?? 'the latest',
        deployed_by ?? '',
        deployed_at === null ? '' : localTime(deployed_at),
      ]),
    ),
  );
}

export function addDeploy(program: Command): void {
  const environment = (flags: string, what: string) =>
    new Option(flags, what).choices(ENVIRONMENTS);
  const command = program
    .command('deploy')
    .summary('pin a workflow version to an environment')
    .description(
      'Pin a workflow version to an environment. Without options, lists the pinned versions.',
    )
    .argument('<workflow>', 'its name or number')
    .addOption(environment('--to <environment>', 'environment to pin the version to'))
    .option('--deploy-version <n>', 'this version', wholeNumber(1))
    .addOption(
      environment('--from <environment>', 'the version that is deployed there').conflicts(
        'deployVersion',
      ),
    )
    .option(
      '--requires <evaluation>',
      'with --from: the evaluation that it must have passed',
      runId,
    )
    .option('--undeploy', 'the latest version again')
    .action((workflow: string, _, self: Command) => deploy(workflow, self.optsWithGlobals()));
  addRules(command, {
    excludes: [
      ['undeploy', 'deployVersion', 'from', 'requires'],
      ['deployVersion', 'requires'],
    ],
    needs: {
      deployVersion: ['to'],
      from: ['to'],
      undeploy: ['to'],
      requires: ['from'],
      to: ['deployVersion', 'from', 'undeploy'],
    },
  });
  addExamples(command, [
    ['pgwave deploy posting-analysis', 'what runs where, and who deployed it'],
    ['pgwave deploy posting-analysis --deploy-version 3 --to test', 'version 3 in test'],
    ['pgwave deploy posting-analysis --from test --to prod', 'what is in test, in prod too'],
    [
      'pgwave deploy posting-analysis --from test --to prod --requires 10001',
      'only if evaluation 10001 passed',
    ],
    ['pgwave deploy posting-analysis --undeploy --to prod', 'the latest version again'],
  ]);
}
