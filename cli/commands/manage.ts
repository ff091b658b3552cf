import { Argument, type Command, Option } from 'commander';
import { calls, workflowName } from '../engine.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

type Calls = ReturnType<typeof calls>;

/** Does something with a workflow, and says in one line what. */
async function change(
  workflow: string,
  options: GlobalOptions,
  perform: (client: Calls, name: string) => Promise<{ row: unknown; said: string }>,
): Promise<void> {
  const { row, said } = await withSession(options, async ({ client }) =>
    perform(calls(client), await workflowName(client, workflow)),
  );
  console.log(options.json ? JSON.stringify(row) : said);
}

function addSwitch(program: Command, verb: 'enable' | 'disable', what: string): void {
  const command = program
    .command(verb)
    .description(what)
    .argument('<workflow>', 'its name or number')
    .action((workflow: string, _, self: Command) =>
      change(workflow, self.optsWithGlobals(), async (client, name) => ({
        row: await client.enableWorkflow(name, verb === 'enable'),
        said: `workflow ${name} is ${verb}d`,
      })),
    );
  addExamples(command, [[`pgwave ${verb} posting-analysis`, 'open runs go on']]);
}

export function addEnable(program: Command): void {
  addSwitch(program, 'enable', 'allow starts of a workflow again');
}

export function addDisable(program: Command): void {
  addSwitch(program, 'disable', 'refuse new starts of a workflow');
}

export function addDelete(program: Command): void {
  const command = program
    .command('delete')
    .description('delete a workflow; its runs and their history stay')
    .argument('<workflow>', 'its name or number')
    .action((workflow: string, _, self: Command) =>
      change(workflow, self.optsWithGlobals(), async (client, name) => ({
        row: await client.deleteWorkflow({ workflow: name }),
        said: `workflow ${name} is deleted; pgwave apply brings it back`,
      })),
    );
  addExamples(command, [['pgwave delete old-report', 'nothing starts it any more']]);
}

export function addGrant(program: Command): void {
  const command = program
    .command('grant')
    .description('let somebody view, operate, or author a workflow')
    .argument('<workflow>', 'its name or number')
    .argument('<name>', 'a user, or public for everybody')
    .addArgument(
      new Argument('<permission>', 'what they may do').choices(['view', 'operate', 'author']),
    )
    .option('--revoke', 'take the permission back instead')
    .action((workflow: string, grantee: string, given: string, _, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { revoke?: boolean }>();
      const permission = given as 'view' | 'operate' | 'author';
      return change(workflow, options, async (client, name) => {
        if (!options.revoke) {
          const row = await client.grant(name, grantee, permission);
          return { row, said: `${grantee} may ${permission} workflow ${name}` };
        }
        const revoked = await client.revoke(name, grantee, permission);
        const said =
          revoked === 0
            ? `${grantee} had no permission to ${permission} workflow ${name}`
            : `${grantee} may no longer ${permission} workflow ${name}`;
        return { row: { revoked }, said };
      });
    });
  addExamples(command, [
    ['pgwave grant posting-analysis ada operate', 'ada may start runs'],
    ['pgwave grant posting-analysis ada operate --revoke', 'no longer'],
  ]);
}

export function addVisibility(program: Command): void {
  const command = program
    .command('visibility')
    .description('make a workflow public or private')
    .argument('<workflow>', 'its name or number')
    .addOption(
      new Option('--to <visibility>', 'who sees it')
        .choices(['private', 'public'])
        .makeOptionMandatory(),
    )
    .action((workflow: string, _, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { to: 'private' | 'public' }>();
      return change(workflow, options, async (client, name) => ({
        row: await client.setWorkflowVisibility({ workflow: name, visibility: options.to }),
        said: `workflow ${name} is ${options.to}`,
      }));
    });
  addExamples(command, [['pgwave visibility posting-analysis --to public', 'everybody sees it']]);
}

async function reproduce(id: number, options: GlobalOptions): Promise<void> {
  const copy = await withSession(options, ({ client }) => calls(client).reproduce(id));
  const copyId = copy.workflow_run_id;
  console.log(
    options.json
      ? JSON.stringify(copy)
      : `run ${copyId} repeats run ${id} from its recorded answers. Compare them: pgwave compare ${id} ${copyId}`,
  );
}

export function addReproduce(program: Command): void {
  const command = program
    .command('reproduce')
    .description('run a finished run again from its recorded answers')
    .argument('<run>', 'the number of the run', runId)
    .action((id: number, _, self: Command) => reproduce(id, self.optsWithGlobals()));
  addExamples(command, [['pgwave reproduce 10001', 'no model is called']]);
}
