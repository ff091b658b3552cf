// Argo Workflows: Workflow, WorkflowTemplate, ClusterWorkflowTemplate, CronWorkflow.

import { at, isRecord, type Json, listOf, pointer, recordOf, recordsOf, textOf } from './json.ts';
import {
  blockSteps,
  choose,
  Flow,
  kebabCase,
  type Step,
  seconds,
  snakeCase,
  type Target,
} from './target.ts';
import { cut, literalOf, type Part, paramOf, Slots, type Text } from './values.ts';

type Outcome = 'success' | 'failure' | 'skip';

interface Template {
  name: string;
  body: Json;
  at: string;
}

/** What names mean where a template is used. */
interface Scope {
  /** Of inputs.parameters: what the caller gave. */
  inputs: Map<string, Text>;
  /** Of tasks and steps: the step that does them. */
  tasks: Map<string, Step>;
  /** Templates around this one. */
  around: string[];
}

/** A task of a DAG, or a step. */
interface Task {
  name: string;
  body: Json;
  at: string;
}

export function importArgo(source: unknown, target: Target): void {
  new ArgoImport(recordOf(source), target).run();
}

const KUBERNETES = [
  'volumes',
  'volumeClaimTemplates',
  'nodeSelector',
  'affinity',
  'tolerations',
  'podGC',
  'ttlStrategy',
  'artifactRepositoryRef',
  'podSpecPatch',
  'synchronization',
  'metrics',
];

class ArgoImport {
  private readonly target: Target;
  private readonly name: string;
  private readonly spec: Json;
  private readonly base: string;
  private readonly templates = new Map<string, Template>();

  constructor(source: Json, target: Target) {
    this.target = target;
    const isCron = source.kind === 'CronWorkflow';
    this.spec = recordOf(isCron ? at(source, 'spec', 'workflowSpec') : source.spec);
    this.base = isCron ? '/spec/workflowSpec' : '/spec';
    this.name =
      textOf(at(source, 'metadata', 'name')) ??
      (textOf(at(source, 'metadata', 'generateName')) ?? 'argo-workflow').replace(/-$/, '');
    if (isCron) {
      target.leave('/spec/schedule', {
        what: `the schedule ${textOf(at(source, 'spec', 'schedule')) ?? listOf(at(source, 'spec', 'schedules')).join(', ')}`,
        why: 'a schedule is no part of a workflow',
        instead: `Create it: pgwave schedule create ${kebabCase(this.name)} --help.`,
      });
    }
  }

  run(): void {
    recordsOf(this.spec.templates).forEach((body, place) => {
      const name = textOf(body.name) ?? `template ${place + 1}`;
      this.templates.set(name, { name, body, at: `${this.base}${pointer('templates', place)}` });
    });
    for (const field of KUBERNETES) {
      if (this.spec[field] === undefined) continue;
      this.leave(
        pointer(field),
        field,
        'it is about Kubernetes',
        'Nothing: workers run where you start them.',
      );
    }
    if (this.spec.parallelism !== undefined) {
      this.leave(
        '/parallelism',
        'parallelism',
        'a run has no limit of that kind',
        'Set max_concurrent of an actor, or max_parallel of a step.',
      );
    }
    const parameters = recordsOf(at(this.spec, 'arguments', 'parameters'));
    const input =
      parameters.length === 0
        ? {}
        : {
            input: {
              type: 'object',
              properties: Object.fromEntries(
                parameters.map((each) => [
                  textOf(each.name) ?? 'value',
                  each.enum ? { enum: each.enum } : {},
                ]),
              ),
              ...(parameters.every((each) => each.value !== undefined)
                ? {}
                : {
                    required: parameters
                      .filter((each) => each.value === undefined)
                      .map((each) => textOf(each.name)),
                  }),
            },
          };
    if (parameters.some((each) => each.value !== undefined)) {
      this.leave(
        '/arguments/parameters',
        `defaults of ${parameters
          .filter((each) => each.value !== undefined)
          .map((each) => `${textOf(each.name)}=${textOf(each.value)}`)
          .join(', ')}`,
        'a contract has no defaults',
        'Give them to the run, or write $input.x ?? "…" where they are read.',
      );
    }
    const exit = textOf(this.spec.onExit) ?? textOf(at(this.spec, 'hooks', 'exit', 'template'));
    const entry = textOf(this.spec.entrypoint) ?? '';
    this.flow(this.name, entry, {
      description: `Imported from Argo Workflows: ${this.name}.`,
      ...input,
      ...(this.spec.activeDeadlineSeconds === undefined
        ? {}
        : { limits: { max_duration: seconds(Number(this.spec.activeDeadlineSeconds)) } }),
      ...(exit === undefined
        ? {}
        : {
            on_end: {
              workflow: kebabCase(`${this.name} exit`),
              input: { status: '$run.status', input: '$input' },
            },
          }),
    });
    if (exit !== undefined) {
      this.flow(`${this.name} exit`, exit, {
        description: `What runs when ${this.name} ends.`,
        input: { type: 'object', properties: { status: { type: 'string' }, input: {} } },
      });
    }
  }

  private leave(where: string, what: string, why: string, instead: string): void {
    this.target.leave(`${this.base}${where}`, { what, why, instead });
  }

  private flow(name: string, entry: string, more: Json): void {
    const flow = new Flow(this.target);
    const template = this.templates.get(entry);
    const scope: Scope = { inputs: new Map(), tasks: new Map(), around: [] };
    if (template === undefined) {
      flow.add(
        entry || 'entrypoint',
        this.target.placeholder(
          this.base,
          entry || 'entrypoint',
          'the template is in another file',
        ),
      );
    } else if (template.body.dag !== undefined || template.body.steps !== undefined) {
      this.fill(flow, template, this.withArguments(scope, template, this.spec));
    } else {
      const step = flow.add(entry, this.work(template, entry, scope));
      this.policies(step, template.body, template.at);
    }
    this.target.workflow(name, flow, this.base, more);
  }

  /** What the inputs of a template are, given by who uses it, else by default. */
  private withArguments(scope: Scope, template: Template, user: Json): Scope {
    const inputs = new Map<string, Text>();
    const given = recordsOf(at(user, 'arguments', 'parameters'));
    for (const each of recordsOf(at(template.body, 'inputs', 'parameters'))) {
      const name = textOf(each.name) ?? '';
      const own = given.find((other) => other.name === name)?.value ?? each.value ?? each.default;
      if (own !== undefined)
        inputs.set(name, this.text(textOf(own) ?? JSON.stringify(own), scope, template.at));
      else if (scope.around.length === 0) inputs.set(name, [{ path: `input.${name}` }]);
    }
    if (
      listOf(at(template.body, 'inputs', 'artifacts')).length > 0 ||
      listOf(at(template.body, 'outputs', 'artifacts')).length > 0
    ) {
      this.target.leave(template.at, {
        what: `artifacts of ${template.name}`,
        why: 'a step hands on JSON',
        instead: 'Keep the file where both steps reach it, and hand on its address.',
      });
    }
    return { inputs, tasks: new Map(), around: [...scope.around, template.name] };
  }

  // Values: {{ … }}

  private part(expression: string, scope: Scope, where: string): Part | undefined | Text {
    const text = expression.trim();
    const [, input] = /^inputs\.parameters\.([\w-]+)$/.exec(text) ?? [];
    if (input !== undefined && scope.inputs.has(input)) return scope.inputs.get(input);
    const [, parameter] = /^workflow\.parameters\.([\w-]+)$/.exec(text) ?? [];
    if (parameter !== undefined)
      return { path: /^\w+$/.test(parameter) ? `input.${parameter}` : `input."${parameter}"` };
    const [, task, output] =
      /^(?:tasks|steps)\.([\w-]+)\.outputs\.(?:result|parameters\.([\w-]+))$/.exec(text) ?? [];
    const step = task === undefined ? undefined : scope.tasks.get(task);
    if (step !== undefined)
      return { path: `${step.name}.data.${(output ?? 'result').replaceAll('-', '_')}` };
    const [, field] = /^item((?:\.[\w-]+)*)$/.exec(text) ?? [];
    if (field !== undefined) return { path: `item${field}` };
    if (text === 'workflow.status') return { path: 'input.status' };
    if (text === 'workflow.name' || text === 'workflow.uid') return { path: 'run.workflow_run_id' };
    this.target.leave(where, {
      what: `the expression {{${text}}}`,
      why: 'nothing here is like it',
      instead: 'Write the value in the $ language: docs/learning/data.md.',
    });
    return undefined;
  }

  private text(value: string, scope: Scope, where: string): Text {
    const texts: Text[] = [];
    const marked = cut(value, /\{\{([^}]*)\}\}/g, (inside) => {
      const part = this.part(inside, scope, where);
      return Array.isArray(part) ? { path: `\u0000${texts.push(part) - 1}` } : part;
    });
    return marked.flatMap((part) =>
      typeof part === 'object' && part.path.startsWith('\u0000')
        ? (texts[Number(part.path.slice(1))] ?? [])
        : [part],
    );
  }

  private params(scope: Scope): Json {
    const params = Object.fromEntries(
      [...scope.inputs].map(([name, text]) => [snakeCase(name), paramOf(text)]),
    );
    return Object.keys(params).length === 0 ? {} : { params };
  }

  /** A comparison of a value with a literal, joined by && and ||. */
  private predicate(value: string, scope: Scope, where: string): string | undefined {
    const written = value.split(/\s*(&&|\|\|)\s*/).map((part, place) => {
      if (place % 2 === 1) return part;
      const [, left = '', operator = '', right = ''] =
        /^\(*\s*(.+?)\s*(==|!=|<=|>=|<|>|=~)\s*(.+?)\s*\)*$/.exec(part) ?? [];
      if (operator === '' || operator === '=~') return undefined;
      const [path, ...more] = this.text(left.replaceAll(/^["']|["']$/g, ''), scope, where);
      if (typeof path !== 'object' || more.length > 0 || right.includes('{{')) return undefined;
      return `$${path.path} ${operator} ${literalOf(right)}`;
    });
    return written.includes(undefined) ? undefined : written.join(' ');
  }

  // Templates

  private fill(flow: Flow, template: Template, scope: Scope): void {
    const { body } = template;
    if (body.dag !== undefined) this.dag(flow, template, scope);
    else this.stepsOf(flow, template, scope);
  }

  private dag(flow: Flow, template: Template, scope: Scope): void {
    const tasks = recordsOf(at(template.body, 'dag', 'tasks')).map(
      (body, place): Task => ({
        name: textOf(body.name) ?? `task ${place + 1}`,
        body,
        at: `${template.at}${pointer('dag', 'tasks', place)}`,
      }),
    );
    const skips = new Set(
      tasks.filter(({ body }) => body.when !== undefined).map(({ name }) => name),
    );
    const depends = new Map(tasks.map((task) => [task.name, this.depends(task, skips)]));
    const done = new Set<string>();
    const visit = (task: Task): void => {
      if (done.has(task.name)) return;
      done.add(task.name);
      const needs = depends.get(task.name) as Depends;
      for (const other of tasks.filter(({ name }) => needs.sources.has(name))) visit(other);
      const { first, last } = this.task(flow, task, scope);
      scope.tasks.set(task.name, last);
      const sources = [...needs.sources].flatMap(([name, after]) => {
        const step = scope.tasks.get(name);
        return step === undefined || step === last ? [] : [{ name, step, after }];
      });
      for (const { step, after } of sources) flow.connect(step, first, afterOf(after));
      if (sources.length > 1) {
        const names = new Map(sources.map(({ name, step }) => [name, step.name]));
        const join = needs.join(names);
        if (join !== undefined) first.join = join;
      }
    };
    tasks.forEach(visit);
  }

  /** `skips`: the tasks that a condition may skip. */
  private depends(task: Task, skips: ReadonlySet<string>): Depends {
    const text = textOf(task.body.depends);
    if (text === undefined) {
      return dependsOn(
        listOf(task.body.dependencies).flatMap((each) => textOf(each) ?? []),
        skips,
      );
    }
    const read = readDepends(text, skips);
    if (read !== undefined) return read;
    this.target.leave(`${task.at}/depends`, {
      what: `depends of ${task.name}: ${text}`,
      why: 'a join has no "not", and cannot ask the same step for two outcomes',
      instead: 'Write after and join: docs/learning/branching.md#joins.',
    });
    return dependsOn(
      [...new Set([...text.matchAll(/[A-Za-z_][\w-]*(?=\.|\b)/g)].map(([name]) => name))],
      skips,
    );
  }

  private stepsOf(flow: Flow, template: Template, scope: Scope): void {
    let before: { step: Step; maySkip: boolean }[] = [];
    listOf(template.body.steps).forEach((group, row) => {
      const tasks = recordsOf(group).map(
        (body, place): Task => ({
          name: textOf(body.name) ?? `step ${row + 1}`,
          body,
          at: `${template.at}${Array.isArray(group) ? pointer('steps', row, place) : pointer('steps', row)}`,
        }),
      );
      const made = tasks.map((task) => ({ task, ...this.task(flow, task, scope) }));
      for (const { task, first, last } of made) {
        for (const { step, maySkip } of before) {
          flow.connect(step, first, maySkip ? { after: ['success', 'skip'] } : {});
        }
        if (before.length > 1) first.join = 'all';
        scope.tasks.set(task.name, last);
      }
      before = made.map(({ task, last }) => ({
        step: last,
        maySkip: task.body.when !== undefined,
      }));
    });
  }

  /** A task, with the condition before it if it has one. */
  private task(flow: Flow, task: Task, scope: Scope): { first: Step; last: Step } {
    const { body } = task;
    const when = textOf(body.when);
    const gate =
      when === undefined
        ? undefined
        : choose(this.target, flow, `${task.at}/when`, `when ${task.name}`, [
            { label: 'yes', when: this.predicate(when, scope, `${task.at}/when`) },
          ]);
    const step = flow.add(task.name, this.use(task, scope));
    const template = this.templates.get(textOf(body.template) ?? '');
    this.policies(step, template?.body ?? recordOf(body.inline), task.at);
    this.items(step, task, scope);
    if (at(body, 'continueOn', 'failed') === true || at(body, 'continueOn', 'error') === true)
      step.on_failure = 'continue';
    for (const field of ['onExit', 'hooks']) {
      if (body[field] === undefined) continue;
      this.target.leave(`${task.at}${pointer(field)}`, {
        what: `${field} of ${task.name}`,
        why: 'a step has no handler of its own',
        instead: 'Make it a block with on_failure and finally: docs/learning/blocks.md.',
      });
    }
    if (gate === undefined) return { first: step, last: step };
    flow.connect(gate.step, step, gate.branches[0]);
    return { first: gate.step, last: step };
  }

  private use(task: Task, scope: Scope): Json {
    const name = textOf(task.body.template);
    const inline = task.body.inline;
    const template = isRecord(inline)
      ? { name: task.name, body: inline, at: `${task.at}/inline` }
      : this.templates.get(name ?? '');
    if (template === undefined) {
      const reference = textOf(at(task.body, 'templateRef', 'template')) ?? name ?? task.name;
      return {
        ...this.target.placeholder(
          task.at,
          reference,
          'the template is in another file',
          'Import it as a workflow of its own, then write workflow: NAME.',
        ),
        ...this.given(task, scope),
      };
    }
    if (scope.around.includes(template.name)) {
      return {
        ...this.target.placeholder(
          task.at,
          template.name,
          'a template that uses itself has no counterpart in one file',
          'Write a workflow that starts itself, or a loop.',
        ),
        ...this.given(task, scope),
      };
    }
    const inner = this.withArguments(scope, template, task.body);
    if (template.body.dag === undefined && template.body.steps === undefined)
      return this.work(template, task.name, inner);
    const flow = new Flow(this.target);
    this.fill(flow, template, inner);
    if (flow.steps.length === 0)
      return this.target.placeholder(template.at, template.name, 'it is empty');
    const outputs = recordsOf(at(template.body, 'outputs', 'parameters')).flatMap((each) => {
      const from = textOf(at(each, 'valueFrom', 'parameter'));
      return from === undefined
        ? []
        : [[snakeCase(textOf(each.name) ?? 'value'), paramOf(this.text(from, inner, template.at))]];
    });
    return {
      block: {
        conversations: blockSteps(flow, template.at),
        ...(outputs.length === 0 ? {} : { result: Object.fromEntries(outputs) }),
      },
    };
  }

  private given(task: Task, scope: Scope): Json {
    const given = recordsOf(at(task.body, 'arguments', 'parameters')).map((each) => [
      snakeCase(textOf(each.name) ?? 'value'),
      paramOf(this.text(textOf(each.value) ?? '', scope, task.at)),
    ]);
    return given.length === 0 ? {} : { params: Object.fromEntries(given) };
  }

  /** A template that does something itself. */
  private work(template: Template, title: string, scope: Scope): Json {
    const { body } = template;
    if (body.suspend !== undefined) {
      const duration = at(body, 'suspend', 'duration');
      if (duration === undefined) return { type: 'human', prompt: `May ${title} go on?` };
      return {
        type: 'timer',
        wait: /^\d+$/.test(String(duration)) ? seconds(Number(duration)) : String(duration),
      };
    }
    if (body.http !== undefined) return this.http(template, title, scope);
    const params = this.params(scope);
    if (body.script !== undefined) {
      const image = textOf(at(body, 'script', 'image')) ?? '';
      const command = listOf(at(body, 'script', 'command')).join(' ');
      const ending = /python/.test(command + image)
        ? 'py'
        : /node/.test(command + image)
          ? 'js'
          : 'sh';
      return {
        ...this.target.script(
          `${template.at}/script`,
          template.name,
          `the code of ${template.name} (${image})`,
          ending,
        ),
        ...params,
      };
    }
    if (body.container !== undefined) {
      const command = [
        ...listOf(at(body, 'container', 'command')),
        ...listOf(at(body, 'container', 'args')),
      ].join(' ');
      return {
        ...this.target.script(
          `${template.at}/container`,
          template.name,
          `the container ${[textOf(at(body, 'container', 'image')), command].filter(Boolean).join(': ')}`,
          'sh',
        ),
        ...params,
      };
    }
    const kind =
      ['resource', 'containerSet', 'data', 'plugin'].find((each) => body[each] !== undefined) ??
      'template';
    return {
      ...this.target.placeholder(template.at, template.name, `no step is like ${kind}`),
      ...params,
    };
  }

  private http(template: Template, title: string, scope: Scope): Json {
    const http = recordOf(template.body.http);
    const slots = new Slots();
    const write = (value: unknown) =>
      slots.write(this.text(textOf(value) ?? '', scope, template.at));
    const url = write(http.url);
    const method = (textOf(http.method) ?? 'GET').toUpperCase();
    const headers = Object.fromEntries(
      recordsOf(http.headers).map((each) => [textOf(each.name) ?? '', write(each.value)]),
    );
    const body = http.body === undefined ? undefined : write(http.body);
    if (!/^https?:\/\/[^{}/]+/.test(url)) {
      return {
        ...this.target.placeholder(
          template.at,
          title,
          'its host is data',
          'Write an http actor with allowed_hosts, or the function.',
        ),
        ...this.params(scope),
      };
    }
    return {
      http: {
        url,
        ...(method === 'GET' ? {} : { method }),
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
        ...(body === undefined || method === 'GET' ? {} : { body }),
      },
      ...(Object.keys(slots.params).length === 0 ? {} : { params: slots.params }),
    };
  }

  private policies(step: Step, body: Json, where: string): void {
    const retry = recordOf(body.retryStrategy);
    const waits = step.type === 'human' || step.type === 'timer';
    if (body.retryStrategy !== undefined && !waits) {
      const limit = Number(textOf(retry.limit) ?? 2);
      const delay = durationOf(at(retry, 'backoff', 'duration'));
      const factor = Number(at(retry, 'backoff', 'factor') ?? 2);
      step.retry = {
        max_attempts: Math.min(Math.max((Number.isNaN(limit) ? 2 : limit) + 1, 1), 100),
        ...(delay === undefined ? {} : { delay }),
        ...(delay === undefined || !(factor >= 1) ? {} : { factor }),
      };
      if (retry.expression !== undefined) {
        this.target.leave(`${where}/retryStrategy/expression`, {
          what: `the retry expression ${textOf(retry.expression)}`,
          why: 'it is another language',
          instead: 'Write retry: { when: $error.code == "…" }.',
        });
      }
    }
    const limit = durationOf(body.timeout ?? body.activeDeadlineSeconds);
    if (limit !== undefined && step.type !== 'timer') step.timeout = limit;
  }

  private items(step: Step, task: Task, scope: Scope): void {
    const { withItems, withParam, withSequence } = task.body;
    if (withItems !== undefined) step.for_each = listOf(withItems);
    else if (withParam !== undefined) {
      const [path, ...more] = this.text(textOf(withParam) ?? '', scope, task.at);
      if (typeof path === 'object' && more.length === 0) step.for_each = `$${path.path}[*] ?`;
      else {
        try {
          step.for_each = listOf(JSON.parse(textOf(withParam) ?? ''));
        } catch {
          step.for_each = '$input.items[*] ?';
        }
      }
    } else if (withSequence !== undefined) {
      const [start, end] = [
        Number(at(withSequence, 'start') ?? 0),
        Number(at(withSequence, 'end') ?? Number.NaN),
      ];
      const count = Number(at(withSequence, 'count') ?? end - start + 1);
      if (count > 0 && count <= 10_000)
        step.for_each = Array.from({ length: count }, (_, place) => start + place);
      else {
        this.target.leave(`${task.at}/withSequence`, {
          what: `withSequence of ${task.name}`,
          why: 'its count is data',
          instead: 'Make a list in a step before, and write for_each over it.',
        });
      }
    }
  }
}

/** On what a task depends: each source with the outcomes that it may have, and the join. */
interface Depends {
  sources: Map<string, Outcome[]>;
  join: (names: Map<string, string>) => string | undefined;
}

/** Argo's default: the task succeeded, or its condition skipped it. One that was omitted does not count. */
const defaultOf = (name: string, skips: ReadonlySet<string>): Outcome[] =>
  skips.has(name) ? ['success', 'skip'] : ['success'];

const STATUSES: Record<string, Outcome[]> = {
  Succeeded: ['success'],
  Failed: ['failure'],
  Errored: ['failure'],
  Skipped: ['skip'],
  Omitted: ['skip'],
  Daemoned: ['success'],
  AnySucceeded: ['success'],
  AllFailed: ['failure'],
};

const dependsOn = (names: string[], skips: ReadonlySet<string>): Depends => ({
  sources: new Map(names.map((name) => [name, defaultOf(name, skips)])),
  join: () => 'all',
});

/** `A && (B.Failed || C)`; undefined: it cannot be said. */
function readDepends(text: string, skips: ReadonlySet<string>): Depends | undefined {
  const tokens: string[] = text.match(/&&|\|\||[()!]|[A-Za-z_][\w-]*(?:\.\w+)?/g) ?? [];
  if (tokens.includes('!')) return undefined;
  const sources = new Map<string, Outcome[]>();
  const words = tokens.map((token) => {
    if (token === '&&') return 'and';
    if (token === '||') return 'or';
    if (token === '(' || token === ')') return token;
    const [name = '', status] = token.split('.');
    const outcomes = STATUSES[status ?? ''] ?? defaultOf(name, skips);
    sources.set(name, [...new Set([...(sources.get(name) ?? []), ...outcomes])]);
    return { name };
  });
  // two outcomes of one task with "or" between them are one source; "and" cannot hold
  const merged = words.filter((word, place) => {
    const [other, operator] = [words[place - 2], words[place - 1]];
    const isTwice =
      typeof word === 'object' &&
      typeof other === 'object' &&
      other.name === word.name &&
      operator === 'or';
    return !isTwice && !(word === 'or' && sameName(words[place - 1], words[place + 1]));
  });
  const operators = new Set(merged.filter((word) => word === 'and' || word === 'or'));
  return {
    sources,
    join: (names) => {
      if (operators.size === 0) return undefined;
      if (operators.size === 1) return operators.has('and') ? 'all' : undefined;
      return merged
        .map((word) => (typeof word === 'object' ? (names.get(word.name) ?? word.name) : word))
        .join(' ')
        .replaceAll('( ', '(')
        .replaceAll(' )', ')');
    },
  };
}

const sameName = (a: unknown, b: unknown): boolean =>
  isRecord(a) && isRecord(b) && a.name === b.name;

const afterOf = (after: Outcome[]) =>
  after.length === 1 ? (after[0] === 'success' ? {} : { after: after[0] as Outcome }) : { after };

/** `10`, `"2m"`, `"1h30m"`. */
function durationOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined || text.includes('{{')) return undefined;
  return /^\d+$/.test(text)
    ? seconds(Number(text))
    : /^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)
      ? text
      : undefined;
}
