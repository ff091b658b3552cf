import { type Catalogue, type CatalogueWorkflow, readCatalogue } from './plan-catalogue.ts';
import { type Clause, conceptsOf, readGoal } from './plan-goal.ts';
import { createSources, type Source, type Sources } from './plan-sources.ts';
import type { Rule } from './rule.ts';

interface Step {
  name: string;
  body: Record<string, unknown>;
  /** Names of what an item, or the step, answers. */
  answers: string[];
  isMap: boolean;
}

/**
 * A workflow for a goal, composed of the prompt's catalogue: for each of the goal's clauses the workflow that has most
 * words in common with it, over the rows of the table that has its input; where none fits, a model's step.
 */
export const plan: Rule = ({ prompt }) => {
  const goal = prompt.parts.goal?.trim() ?? '';
  const catalogue = readCatalogue(prompt.parts.catalogue ?? '');
  const sources = createSources(catalogue.tables);
  const steps: Step[] = [];
  for (const clause of readGoal(goal)) {
    const workflow = bestWorkflow(clause, catalogue.workflows);
    const taken = [...steps.map(({ name }) => name), ...sources.names()];
    const name = unused(clause.name, taken);
    steps.push(
      workflow === undefined
        ? modelStep(name, clause, catalogue, sources, steps.at(-1))
        : workflowStep(name, clause, workflow, sources, steps.at(-1)),
    );
  }
  const definition = {
    name: steps
      .map(({ name }) => name.replaceAll('_', '-'))
      .join('-')
      .slice(0, 50),
    description: goal,
    load: sources.queries(),
    conversations: steps.map(({ body }, i) => {
      const next = steps[i + 1];
      return next === undefined ? body : { ...body, branches: [next.name] };
    }),
    result: Object.fromEntries(steps.map(({ name, body }) => [name, answerOf(name, body)])),
  };
  return { text: JSON.stringify(definition), data: definition };
};

/** What a clause does has to be what the workflow does; then the most words in common, in the shortest description. */
function bestWorkflow(
  { action, concepts }: Clause,
  workflows: CatalogueWorkflow[],
): CatalogueWorkflow | undefined {
  const scored = workflows.map((workflow) => {
    const about = conceptsOf(
      `${workflow.name} ${workflow.description ?? ''} ${workflow.outputs.join(' ')}`,
    );
    const shared = [...concepts].filter((concept) => about.has(concept));
    const does = about.has(action);
    return {
      workflow,
      does,
      shared: shared.length,
      score: shared.length + shared.length / about.size,
    };
  });
  return scored
    .filter(({ does, shared }) => does && shared >= 2)
    .sort((a, b) => b.score - a.score)[0]?.workflow;
}

function workflowStep(
  name: string,
  clause: Clause,
  workflow: CatalogueWorkflow,
  sources: Sources,
  before: Step | undefined,
): Step {
  const step = { name, answers: workflow.outputs };
  const body: Record<string, unknown> = { name, workflow: workflow.name };
  const counts = Object.fromEntries(
    workflow.inputs
      .filter((input) => clause.count !== undefined && /^(?:top|limit|count|most|max)/.test(input))
      .map((input) => [input, clause.count]),
  );
  const { required } = workflow;
  const source = sources.find({ clause, columns: required, near: workflow.queries });
  const isAnswered = required.length > 0 && required.every((key) => before?.answers.includes(key));
  if (before !== undefined && isAnswered && (source === undefined || !before.isMap)) {
    const from = before.isMap ? '$item' : `$${before.name}.data`;
    const input = Object.fromEntries(required.map((key) => [key, `${from}.${key}`]));
    if (before.isMap) body.for_each = `$${before.name}.data[*]`;
    return { ...step, body: { ...body, input: { ...input, ...counts } }, isMap: before.isMap };
  }
  if (source === undefined) return { ...step, body: { ...body, input: counts }, isMap: false };
  const input = Object.fromEntries(source.columns.map((key) => [key, `$item.${key}`]));
  return {
    ...step,
    body: { ...body, for_each: `$${source.name}.rows[*]`, input: { ...input, ...counts } },
    isMap: true,
  };
}

function modelStep(
  name: string,
  clause: Clause,
  { models }: Catalogue,
  sources: Sources,
  before: Step | undefined,
): Step {
  const isMatch = clause.action === 'match';
  const own: Source | undefined =
    before === undefined
      ? sources.find({ clause, columns: 'all', near: '' })
      : sources.find({
          clause: { ...clause, concepts: others(clause), where: {} },
          columns: 'all',
          near: '',
        });
  const isOfEach = isMatch || /\b(?:each|every|all|their|its|them)\b/i.test(clause.text);
  const isMap = isOfEach && (before?.isMap ?? false);
  const material: [string, string][] = [];
  if (isMap) material.push(['Item', '{{ item | json }}']);
  else if (before !== undefined)
    material.push(['Text', `{{ ${answerOf(before.name, before.body).slice(1)} | json }}`]);
  if (own !== undefined)
    material.push([isMatch ? 'Candidates' : 'Rows', `{{ ${own.name}.rows | json }}`]);
  const prompt = [
    `${clause.text.charAt(0).toUpperCase()}${clause.text.slice(1)}.`,
    ...material.map(([label, text]) => `${label}:\n${text}`),
  ].join('\n\n');
  return {
    name,
    answers: isMatch ? ['matches'] : [],
    isMap,
    body: {
      name,
      actor: models[0]?.name ?? 'planner_model',
      prompt,
      ...(isMap ? { for_each: `$${before?.name}.data[*]` } : {}),
      ...(isMatch ? { output: matchesContract(clause.count) } : {}),
    },
  };
}

/** What a clause speaks of besides what the step before it was about. */
function others({ concepts }: Clause): Set<string> {
  return new Set([...concepts].filter((concept) => concept === 'profile'));
}

function matchesContract(most: number | undefined): object {
  return {
    type: 'object',
    required: ['role', 'matches'],
    properties: {
      role: { type: 'string' },
      matches: {
        type: 'array',
        ...(most === undefined ? {} : { maxItems: most }),
        items: {
          type: 'object',
          required: ['candidate', 'score'],
          properties: {
            candidate: { type: 'string' },
            score: { type: 'number', minimum: 0, maximum: 100 },
            reason: { type: 'string' },
          },
        },
      },
    },
  };
}

/** Where a step's answer is: a model without a contract has a text only. */
function answerOf(name: string, body: Record<string, unknown>): string {
  const isText = 'actor' in body && !('output' in body) && !('for_each' in body);
  return `$${name}.${isText ? 'response' : 'data'}`;
}

function unused(name: string, taken: string[]): string {
  if (!taken.includes(name)) return name;
  for (let i = 2; ; i += 1) if (!taken.includes(`${name}_${i}`)) return `${name}_${i}`;
}
