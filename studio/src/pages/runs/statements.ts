import {
  EnumValue,
  graphqlValue,
  literal,
  mutation,
  query,
  type Statements,
  shell,
} from '../../data/statements.ts';
import { readInterval } from '../../data/url.ts';
import { filterOf, inputOf, type Matches, matchesOf, type Url, wordsOf } from './filter.ts';

const LINE = '{ nodes { workflowRunId status createdAt finishedAt error } }';
const COLUMNS = 'workflow_run_id, status, created_at, finished_at, error';

function wordStatements(words: string, url: Url): Statements {
  const others = matchesOf(url);
  const before = /^\d{1,18}$/.test(url.before ?? '') ? url.before : undefined;
  const matches = Object.keys(others).length > 0 ? others : undefined;
  return {
    SQL: `select ${COLUMNS} from pgwave.search_runs(${literal(words)}${before ? `, ${before}` : ''}${matches ? `, matches => ${literal(matches)}` : ''});`,
    GraphQL: query('searchRuns', { text: words, before, matches }, LINE),
  };
}

function attemptStatements(url: Url): Statements {
  const [from, until] = readInterval(url.tried) ?? [];
  const args = { from, until, actor: url.actor, model: url.model, code: url.failure };
  const given = Object.entries(args)
    .filter(([, value]) => value)
    .map(([name, value]) => `"${name}" => ${literal(value)}`);
  return {
    SQL: `select ${COLUMNS} from pgwave.runs_by_attempt(${given.join(', ')}) order by 1 desc limit 50;`,
    GraphQL: query('runsByAttempt', { first: 50, ...args }, LINE),
  };
}

/** Conditions on `pgwave.workflow_runs`, as the list has them. */
function conditionsOf(url: Url): string[] {
  const { status, workflow, environment, by, parent, code } = url;
  const { created, finished } = matchesOf(url) as Record<string, [string, string | null]>;
  const within = (column: string, range: [string, string | null] | undefined) => [
    range?.[0] && `${column} >= ${literal(range[0])}`,
    range?.[1] && `${column} < ${literal(range[1])}`,
  ];
  return [
    status && `status in (${status.split(',').map(literal).join(', ')})`,
    workflow &&
      `workflow_id = (select workflow_id from pgwave.workflows where workflow_name = ${literal(workflow)})`,
    environment && `environment = ${literal(environment)}`,
    by && `operator = ${literal(by)}`,
    parent && `parent_workflow_run_id = ${literal(parent)}`,
    ...within('created_at', created),
    ...within('finished_at', finished),
    code && `error ->> 'code' = ${literal(code)}`,
    inputOf(url.q) && `input @> ${literal(inputOf(url.q))}`,
  ].filter((condition): condition is string => Boolean(condition));
}

/** The list that a URL names, as statements. */
export function listStatements(url: Url): Statements {
  const words = wordsOf(url.q);
  if (words) return wordStatements(words, url);
  if (url.actor || url.model || url.failure) return attemptStatements(url);
  const conditions = conditionsOf(url);
  const filter = filterOf(url);
  const enums = {
    ...(filter?.status && { status: { in: filter.status.in.map((name) => new EnumValue(name)) } }),
    ...(filter?.environment && {
      environment: { equalTo: new EnumValue(filter.environment.equalTo) },
    }),
  };
  const { status, workflow } = url;
  const isSimple = conditions.length === [status, workflow].filter(Boolean).length;
  return {
    SQL: `select ${COLUMNS} from pgwave.workflow_runs${conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''} order by 1 desc limit 50;`,
    GraphQL: query(
      'workflowRuns',
      {
        first: 50,
        filter: filter && { ...filter, ...enums },
        orderBy: new EnumValue('WORKFLOW_RUN_ID_DESC'),
      },
      LINE,
    ),
    ...(isSimple &&
      !status?.includes(',') && {
        CLI: `pgwave runs --all --limit 50${status ? ` --status ${status}` : ''}${workflow ? ` --workflow ${shell(workflow)}` : ''}`,
      }),
  };
}

/** What is done to some runs. */
export function setStatements(action: string, runs: readonly string[]): Statements {
  const name = action.toLowerCase();
  return {
    SQL: `select * from pgwave.${name}_workflow_runs(${literal(`{${runs.join(',')}}`)});`,
    GraphQL: mutation(`${name}WorkflowRuns`, { workflowRunIds: runs }),
    CLI: `for run in ${runs.join(' ')}; do pgwave ${name} $run; done`,
  };
}

/** What is done to all runs that match: as many as a call takes, the oldest first. */
export function matchingStatements(action: string, matches: Matches): Statements {
  const name = action.toLowerCase();
  const filter = literal(matches);
  return {
    SQL: `select a.* from pgwave.count_matching_runs(${filter}, '${name}') c cross join lateral pgwave.act_on_matching_runs('${name}', ${filter}, c.last_run, maximum => 500) a where c.last_run is not null;`,
    GraphQL: `{ countMatchingRuns(matches: ${graphqlValue(matches)}, action: "${name}") { nodes { matching applicable lastRun } } }`,
  };
}
