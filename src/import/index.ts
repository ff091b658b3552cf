import { type Document, isMap, LineCounter, parseDocument, stringify } from 'yaml';
import { pointerParts, positionOf } from '../definitions/yaml-positions.ts';
import { PgwaveError } from '../errors.ts';
import { importAirflowProgram, importAirflowTasks } from './airflow.ts';
import { importArgo } from './argo.ts';
import { importDify } from './dify.ts';
import { recordOf, recordsOf } from './json.ts';
import { importN8n } from './n8n.ts';
import { importServerlessWorkflow } from './serverless-workflow.ts';
import { type Imported, type Remainder, Target } from './target.ts';

export type { Imported, Remainder };

/** Whose definitions can be imported. */
export const ENGINES = ['n8n', 'dify', 'argo', 'airflow', 'serverless-workflow'] as const;
export type Engine = (typeof ENGINES)[number];

/** What an import made, and what it left. */
export interface Import {
  file: Imported;
  remainder: Remainder[];
}

const IMPORTERS = {
  n8n: importN8n,
  dify: importDify,
  argo: importArgo,
  'serverless-workflow': importServerlessWorkflow,
  airflow: importAirflowTasks,
};

const KINDS: Record<Exclude<Engine, 'airflow'>, [field: string, what: string]> = {
  n8n: ['nodes', 'an exported n8n workflow: it has no nodes'],
  dify: ['workflow', 'a Dify export: it has no workflow'],
  argo: ['spec', 'an Argo workflow: it has no spec'],
  'serverless-workflow': ['do', 'a Serverless Workflow of DSL 1.0: it has no do'],
};

/** Translates a definition of another engine. Raises PWINP if the text is none. */
export function importDefinition(engine: Engine, text: string): Import {
  if (engine === 'airflow' && !/^\s*[[{]/.test(text)) {
    const target = new Target((at) => Number(/^line (\d+)$/.exec(at)?.[1] ?? 1));
    if (!importAirflowProgram(text, target)) {
      throw new PgwaveError(
        'PWINP',
        'The file is no DAG whose tasks can be read without running it',
        {
          hint: 'Give what GET /dags/{dag_id}/tasks answers.',
        },
      );
    }
    return finish(target);
  }
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, merge: true, uniqueKeys: false });
  const [error] = document.errors;
  if (error) {
    throw new PgwaveError('PWINP', 'The file is neither YAML nor JSON', {
      detail: error.message.split('\n')[0],
    });
  }
  const source: unknown = document.toJS({ maxAliasCount: 1000 });
  if (engine !== 'airflow') {
    const [field, what] = KINDS[engine];
    if (!hasField(document, field)) throw new PgwaveError('PWINP', `The file is not ${what}`);
  } else if (!hasTasks(source)) {
    throw new PgwaveError('PWINP', 'The file is no list of tasks of an Airflow DAG', {
      hint: 'Give the Python file of the DAG, or what GET /dags/{dag_id}/tasks answers.',
    });
  }
  const target = new Target((at) => positionOf(document, counter, pointerParts(at))?.line);
  IMPORTERS[engine](source, target);
  return finish(target);
}

const hasTasks = (source: unknown): boolean =>
  recordsOf(Array.isArray(source) ? source : recordOf(source).tasks).some(
    (task) => 'task_id' in task,
  );

const hasField = (document: Document, field: string): boolean =>
  isMap(document.contents) && document.contents.has(field);

function finish(target: Target): Import {
  const remainder = target.remainder.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { file: target.file, remainder };
}

/** The file for `pgwave apply`. */
export function writeImported({ actors, workflows }: Imported): string {
  const [first, ...more] = workflows;
  const value =
    actors.length === 0 && more.length === 0
      ? first
      : { ...(actors.length === 0 ? {} : { actors }), workflows };
  return stringify(value, { lineWidth: 0 });
}
