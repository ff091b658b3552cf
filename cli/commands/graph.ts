import { type Command, Option } from 'commander';
import { PgwaveError } from '../../src/errors.ts';
import { actorTypes, calls, workflowName } from '../engine.ts';
import { dotOf, mermaidOf, svgOf } from '../graph-formats.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { type PlanDefinition, type PlanGraph, readPlan } from '../plan-steps.ts';
import { usageError } from '../report-error.ts';
import { withSession } from '../session.ts';
import { planText } from '../show-plan.ts';

interface Options extends GlobalOptions {
  format: 'text' | 'mermaid' | 'dot' | 'svg';
  ofVersion?: number;
}

const FORMATS: Record<Exclude<Options['format'], 'text'>, (graph: PlanGraph) => string> = {
  mermaid: mermaidOf,
  dot: dotOf,
  svg: svgOf,
};

async function graph(workflow: string, options: Options): Promise<void> {
  const { definition, types } = await withSession(options, async ({ client }) => {
    const name = await workflowName(client, workflow);
    const [found] = await calls(client).listWorkflows({ where: { workflow_name: name } });
    const of = { workflow_id: found?.workflow_id as number };
    const [version] = await calls(client).listWorkflowVersions({
      where: options.ofVersion === undefined ? of : { ...of, version: options.ofVersion },
      orderBy: '-version',
      limit: 1,
    });
    if (version === undefined) {
      throw new PgwaveError('PWNOF', `Workflow ${name} has no version ${options.ofVersion}`, {
        hint: `List its versions: pgwave versions ${name}`,
      });
    }
    return {
      definition: version.definition as PlanDefinition,
      types: await actorTypes(client),
    };
  });
  if (options.json) console.log(JSON.stringify(readPlan(definition, types)));
  else if (options.format === 'text') console.log(planText(definition, types));
  else console.log(FORMATS[options.format](readPlan(definition, types)));
}

export function addGraph(program: Command): void {
  const command = program
    .command('graph')
    .description('draw a workflow: in the terminal, or as Mermaid, DOT, or SVG')
    .argument('<workflow>', 'its name or number')
    .addOption(
      new Option('--format <format>', 'what to print')
        .choices(['text', 'mermaid', 'dot', 'svg'])
        .default('text'),
    )
    .option('--of-version <n>', 'the version to draw; default: the latest', wholeNumber(1))
    .hook('preAction', () => {
      const { json, format } = command.optsWithGlobals<Options>();
      if (json && format !== 'text') {
        throw usageError("option '--format' cannot be used with '--json'");
      }
    })
    .action((workflow: string, _, self: Command) => graph(workflow, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave graph posting-analysis', 'in the terminal'],
    ['pgwave graph posting-analysis --format mermaid', 'for a Markdown page'],
    ['pgwave graph posting-analysis --format svg > graph.svg', 'a picture'],
  ]);
}
