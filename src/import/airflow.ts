// Airflow: a DAG as its Python file says it, without being run; or the tasks of a DAG as the REST API lists them.

import { at, isRecord, type Json, listOf, recordOf, recordsOf, textOf } from './json.ts';
import { type Call, type Code, callOf, literalOf, meaningful, readPython } from './python.ts';
import { Flow, type Step, seconds, snakeCase, type Target } from './target.ts';

interface Task {
  id: string;
  operator: string;
  /** Its arguments that are literals, with those of default_args. */
  options: Json;
  line: string;
  /** What it gets from other tasks: parameter → task. */
  reads: Map<string, Task>;
  /** Items of a mapped task. */
  items: unknown;
  isMapped: boolean;
}

/** One task, several, or the tasks of a group. */
type Reference = Task[] & { isGroup?: true };

type Outcome = 'success' | 'failure' | 'skip';
const ANY: Outcome[] = ['success', 'failure', 'skip'];

/** By trigger rule: the outcomes of what comes before, and the join. */
const RULES: Record<string, { after: Outcome[]; join?: string }> = {
  all_success: { after: ['success'], join: 'all' },
  all_failed: { after: ['failure'], join: 'all' },
  all_done: { after: ANY },
  all_done_min_one_success: { after: ANY },
  one_success: { after: ['success'], join: 'any' },
  one_failed: { after: ['failure'], join: 'any' },
  one_done: { after: ['success', 'failure'], join: 'any' },
  none_failed: { after: ['success', 'skip'], join: 'all' },
  none_failed_min_one_success: { after: ['success'] },
  none_failed_or_skipped: { after: ['success'] },
  none_skipped: { after: ['success', 'failure'], join: 'all' },
  all_skipped: { after: ['skip'], join: 'all' },
  always: { after: ANY },
  dummy: { after: ANY },
};

/** A DAG in Python. Returns whether it has tasks that can be read. */
export function importAirflowProgram(text: string, target: Target): boolean {
  const program = new Program(target);
  program.read(readPython(text));
  if (program.tasks.length === 0) return false;
  write(target, program);
  return true;
}

/** What `GET /dags/{dag_id}/tasks` answers. */
export function importAirflowTasks(source: unknown, target: Target): void {
  const listed = recordsOf(Array.isArray(source) ? source : recordOf(source).tasks);
  const tasks = new Map(
    listed.map((each, place): [string, Task] => {
      const id = textOf(each.task_id) ?? `task ${place + 1}`;
      return [
        id,
        {
          id,
          operator:
            textOf(each.operator_name) ?? textOf(at(each, 'class_ref', 'class_name')) ?? 'Operator',
          options: each,
          line: `/tasks/${place}`,
          reads: new Map(),
          items: undefined,
          isMapped: each.is_mapped === true,
        },
      ];
    }),
  );
  const edges = listed.flatMap((each) =>
    listOf(each.downstream_task_ids).flatMap((below): [Task, Task][] => {
      const [from, to] = [tasks.get(textOf(each.task_id) ?? ''), tasks.get(textOf(below) ?? '')];
      return from && to ? [[from, to]] : [];
    }),
  );
  const name = textOf(recordOf(source).dag_id) ?? textOf(at(listed[0], 'dag_id')) ?? 'airflow-dag';
  write(target, { name, tasks: [...tasks.values()], links: () => edges });
}

class Program {
  name = 'airflow-dag';
  readonly tasks: Task[] = [];
  private readonly target: Target;
  private readonly names = new Map<string, Reference>();
  private readonly constants = new Map<string, unknown>();
  /** Functions that are tasks: their decorator, and their parameters. */
  private readonly functions = new Map<
    string,
    { kind: string; parameters: string[]; options: Json }
  >();
  private readonly edges: [Reference, Reference][] = [];
  private readonly groups: Reference[] = [];
  private defaults: Json = {};

  constructor(target: Target) {
    this.target = target;
  }

  private leave(line: number, what: string, why: string, instead: string): void {
    this.target.leave(`line ${line}`, { what, why, instead });
  }

  read(code: Code): void {
    for (const statement of code.children) this.statement(statement);
  }

  /** From which task to which, groups by their first and last tasks. */
  links(): [Task, Task][] {
    const direct = this.edges
      .filter(([from, to]) => !from.isGroup && !to.isGroup)
      .flatMap(([from, to]) => pairs(from, to));
    const inside = (group: Task[]) =>
      direct.filter(([from, to]) => group.includes(from) && group.includes(to));
    const lasts = (group: Reference) =>
      group.isGroup
        ? group.filter((task) => !inside(group).some(([from]) => from === task))
        : group;
    const firsts = (group: Reference) =>
      group.isGroup ? group.filter((task) => !inside(group).some(([, to]) => to === task)) : group;
    return this.edges.flatMap(([from, to]) => pairs(lasts(from), firsts(to)));
  }

  private statement(code: Code): void {
    switch (code.name) {
      case 'AssignStatement':
        this.assign(code);
        return;
      case 'ExpressionStatement':
        this.value(code.children[0]);
        return;
      case 'WithStatement':
        this.with(code);
        return;
      case 'DecoratedStatement':
        this.decorated(code);
        return;
      case 'ForStatement':
      case 'WhileStatement':
      case 'IfStatement':
        if (/Operator|Sensor|task|>>|<</.test(code.text)) {
          this.leave(
            code.line,
            `the ${code.name.replace('Statement', '').toLowerCase()} that makes tasks`,
            'the program is read, not run',
            'Write its tasks one by one, or a map with for_each.',
          );
        }
        return;
    }
  }

  private assign(code: Code): void {
    const [target, , value] = code.children.filter(({ name }) => name !== 'TypeDef');
    if (target?.name !== 'VariableName' || value === undefined) return;
    const literal = literalOf(value);
    if (literal !== undefined) this.constants.set(target.text, literal);
    const call = callOf(value);
    if (call?.name === 'DAG') {
      this.dag(call);
      return;
    }
    const reference = this.value(value);
    if (reference) this.names.set(target.text, reference);
  }

  private literal(code: Code | undefined): unknown {
    return code?.name === 'VariableName' ? this.constants.get(code.text) : literalOf(code);
  }

  private dag(call: Call, name?: string): void {
    const id = this.literal(call.named.get('dag_id') ?? call.positional[0]) ?? name;
    if (typeof id === 'string') this.name = id;
    const defaults = call.named.get('default_args');
    this.defaults = recordOf(
      defaults?.name === 'VariableName'
        ? this.constants.get(defaults.text)
        : this.literal(defaults),
    );
    const schedule = call.named.get('schedule') ?? call.named.get('schedule_interval');
    if (schedule && this.literal(schedule) !== null) {
      this.leave(
        schedule.line,
        `the schedule ${schedule.text}`,
        'a schedule is no part of a workflow',
        'Create it: pgwave schedule create --help.',
      );
    }
    for (const field of [
      'params',
      'on_failure_callback',
      'on_success_callback',
      'dagrun_timeout',
      'sla_miss_callback',
    ]) {
      const given = call.named.get(field);
      if (!given) continue;
      const instead: Record<string, string> = {
        params: 'Write input: { … }, a contract without defaults.',
        dagrun_timeout: 'Add limits: { max_duration: … }.',
      };
      this.leave(
        given.line,
        `${field}=${short(given.text)}`,
        'a definition holds no code and no defaults',
        instead[field] ?? 'Start a workflow by on_failure, on_completion, or on_end.',
      );
    }
  }

  private with(code: Code): void {
    const parts = code.children;
    const call = callOf(parts.find(({ name }) => name === 'CallExpression'));
    const as = parts.findIndex(({ text }) => text === 'as');
    const body = parts.find(({ name }) => name === 'Body');
    if (call?.name === 'DAG') this.dag(call);
    if (call?.name !== 'TaskGroup') {
      if (body) this.read(body);
      return;
    }
    const before = this.tasks.length;
    if (body) this.read(body);
    const group: Reference = Object.assign(this.tasks.slice(before), { isGroup: true as const });
    this.groups.push(group);
    const name = as > 0 ? parts[as + 1]?.text : undefined;
    if (name) this.names.set(name, group);
  }

  private decorated(code: Code): void {
    const decorator = code.children.find(({ name }) => name === 'Decorator');
    const definition = code.children.find(({ name }) => name === 'FunctionDefinition');
    const name =
      definition?.children.find((child) => child.name === 'VariableName')?.text ?? 'task';
    const list = definition?.children.find((child) => child.name === 'ParamList');
    const text = decorator?.text.replace(/^@/, '').trim() ?? '';
    const call = decoratorCall(decorator);
    const kind = text.replace(/\(.*$/s, '');
    const body = definition?.children.find((child) => child.name === 'Body');
    if (kind === 'dag') {
      if (call) this.dag(call, name);
      else this.name = name;
      if (body) this.read(body);
    } else if (kind === 'task_group') {
      this.leave(
        code.line,
        `the task group ${name}`,
        'a function that makes tasks is code',
        'Write its tasks, or a block.',
      );
    } else if (kind === 'task' || kind.startsWith('task.')) {
      const parameters = (list?.children ?? [])
        .filter((child) => child.name === 'VariableName')
        .map((child) => child.text);
      const options = Object.fromEntries(
        [...(call?.named ?? [])].map(([key, value]) => [key, this.literal(value)]),
      );
      this.functions.set(name, {
        kind: kind.replace(/^task\.?/, '') || 'python',
        parameters,
        options,
      });
    }
  }

  /** The tasks that an expression stands for; those that it makes are made. */
  private value(code: Code | undefined): Reference | undefined {
    switch (code?.name) {
      case 'VariableName':
        return this.names.get(code.text);
      case 'ParenthesizedExpression':
        return this.value(meaningful(code)[0]);
      case 'ArrayExpression':
      case 'TupleExpression': {
        const found = meaningful(code).flatMap((each) => this.value(each) ?? []);
        return found.length === 0 ? undefined : found;
      }
      case 'MemberExpression':
        return this.value(code.children[0]);
      case 'BinaryExpression':
        return this.shift(code);
      case 'CallExpression':
        return this.call(callOf(code) as Call);
    }
    return undefined;
  }

  /** `a >> b`. */
  private shift(code: Code): Reference | undefined {
    const [left, operator, right] = code.children;
    const [from, to] = [this.value(left), this.value(right)];
    if (!from || !to || !['>>', '<<'].includes(operator?.text ?? '')) {
      if (operator?.text === '>>' || operator?.text === '<<') {
        this.leave(
          code.line,
          `the order ${short(code.text)}`,
          'one of its sides is no task that is known',
          'Add the branch.',
        );
      }
      return to ?? from;
    }
    this.edges.push(operator?.text === '>>' ? [from, to] : [to, from]);
    return to;
  }

  private call(call: Call): Reference | undefined {
    const { name, callee, positional } = call;
    const object = callee.name === 'MemberExpression' ? callee.children[0] : undefined;
    if (name === 'chain') {
      const all = positional.map((each) => this.value(each));
      all.forEach((to, place) => {
        const from = all[place - 1];
        if (from && to) this.edges.push([from, to]);
      });
      return all.at(-1);
    }
    if (name === 'set_downstream' || name === 'set_upstream') {
      const [own, other] = [this.value(object), this.value(positional[0])];
      if (own && other) this.edges.push(name === 'set_downstream' ? [own, other] : [other, own]);
      return own;
    }
    if (name === 'expand' && object) return this.expand(call, object);
    const known = this.functions.get(callee.text);
    if (known) return this.flowTask(callee.text, known, call);
    // @task.x(…)(…), f.override(…)(…): the name is in front
    const inner = callOf(callee);
    if (inner && object === undefined && inner.callee.name === 'MemberExpression') {
      const origin = inner.callee.children[0]?.text ?? '';
      const overridden = this.functions.get(origin);
      if (overridden) {
        const options = Object.fromEntries(
          [...inner.named].map(([key, value]) => [key, this.literal(value)]),
        );
        return this.flowTask(
          origin,
          { ...overridden, options: { ...overridden.options, ...options } },
          call,
        );
      }
    }
    if (/(Operator|Sensor|SensorAsync)$/.test(name)) return [this.operator(name, call)];
    return undefined;
  }

  private operator(name: string, call: Call): Task {
    const given = Object.fromEntries(
      [...call.named].map(([key, value]) => [key, this.literal(value) ?? { code: value.text }]),
    );
    const id = textOf(given.task_id) ?? textOf(this.literal(call.positional[0])) ?? name;
    return this.add({
      id,
      operator: name,
      options: { ...this.defaults, ...given },
      line: `line ${call.line}`,
    });
  }

  private add(made: Pick<Task, 'id' | 'operator' | 'options' | 'line'>): Task {
    const task: Task = { ...made, reads: new Map(), items: undefined, isMapped: false };
    this.tasks.push(task);
    return task;
  }

  private flowTask(
    name: string,
    known: { kind: string; parameters: string[]; options: Json },
    call: Call,
  ): Reference {
    const task = this.add({
      id: textOf(known.options.task_id) ?? name,
      operator: `@task${known.kind === 'python' ? '' : `.${known.kind}`}`,
      options: { ...this.defaults, ...known.options },
      line: `line ${call.line}`,
    });
    const given = [
      ...call.positional.map((value, place): [string, Code] => [
        known.parameters[place] ?? `value_${place + 1}`,
        value,
      ]),
      ...call.named,
    ];
    for (const [parameter, value] of given) {
      const from = this.value(value);
      if (from?.[0]) {
        task.reads.set(parameter, from[0]);
        this.edges.push([from, [task]]);
      } else {
        const literal = this.literal(value);
        task.options[`= ${parameter}`] = literal ?? { code: value.text };
      }
    }
    return [task];
  }

  /** `f.expand(x=[…])`, `Operator.partial(…).expand(…)`. */
  private expand(call: Call, object: Code): Reference | undefined {
    const partial = callOf(object);
    const origin =
      (partial?.name === 'partial' ? partial.callee.children[0]?.text : object.text) ?? '';
    const known = this.functions.get(origin);
    const task = known
      ? this.flowTask(origin, known, partial ?? { ...call, positional: [], named: new Map() })[0]
      : /(Operator|Sensor)$/.test(origin)
        ? this.operator(origin, partial ?? call)
        : undefined;
    if (task === undefined) return undefined;
    task.isMapped = true;
    const [[parameter, value] = []] = [...call.named];
    const from = this.value(value);
    if (from?.[0]) {
      this.edges.push([from, [task]]);
      task.items = from[0];
    } else task.items = this.literal(value);
    if (call.named.size > 1) {
      this.leave(
        call.line,
        `expand of ${task.id} over several lists`,
        'a map has one list',
        'Make the pairs in a step before.',
      );
    }
    if (parameter) task.options[`= ${parameter}`] = '$item';
    return [task];
  }
}

const pairs = (from: Task[], to: Task[]): [Task, Task][] =>
  from.flatMap((a) => to.map((b): [Task, Task] => [a, b]));
const short = (text: string): string =>
  (text.length > 60 ? `${text.slice(0, 60)}…` : text).replaceAll(/\s+/g, ' ');

function decoratorCall(decorator: Code | undefined): Call | undefined {
  const list = decorator?.children.find(({ name }) => name === 'ArgList');
  if (!decorator || !list) return undefined;
  const callee = decorator.children.find(({ name }) => name === 'VariableName') ?? decorator;
  return callOf({
    name: 'CallExpression',
    text: decorator.text,
    line: decorator.line,
    children: [callee, list],
  });
}

// Writing

function write(
  target: Target,
  program: { name: string; tasks: Task[]; links(): [Task, Task][] },
): void {
  const flow = new Flow(target);
  const links = program.links();
  const steps = new Map<Task, Step>();
  const branching = (task: Task) => /Branch|^@task\.branch$/.test(task.operator);
  for (const task of program.tasks) {
    const below = links.filter(([from]) => from === task).map(([, to]) => to);
    const step = flow.add(task.id, fieldsOf(target, task, below));
    steps.set(task, step);
    policies(target, step, task);
  }
  for (const task of program.tasks) {
    for (const [parameter, from] of task.reads) {
      const step = steps.get(task) as Step;
      step.params = {
        ...recordOf(step.params),
        [snakeCase(parameter)]: `$${steps.get(from)?.name}.data ?`,
      };
    }
    if (task.isMapped) items(target, steps, task);
  }
  for (const [from, to] of links) {
    const rule = ruleOf(target, to);
    const [source, goal] = [steps.get(from) as Step, steps.get(to) as Step];
    const isPlain = rule.after.length === 1 && rule.after[0] === 'success';
    if (branching(from))
      flow.connect(source, goal, { when: `[${snakeCase(to.id).toUpperCase()}]` });
    else if (from.operator === 'ShortCircuitOperator' || from.operator === '@task.short_circuit')
      flow.connect(source, goal, { when: '[TRUE]' });
    else if (isPlain) flow.connect(source, goal);
    else {
      const outcomes = rule.after.filter(
        (outcome) => source.type !== 'condition' || outcome !== 'failure',
      );
      flow.connect(source, goal, {
        after: outcomes.length === 1 ? (outcomes[0] as Outcome) : outcomes,
      });
    }
    const sources = new Set(links.filter(([, each]) => each === to).map(([each]) => each));
    if (rule.join !== undefined && sources.size > 1) goal.join = rule.join;
  }
  for (const task of program.tasks) {
    if (!/short_?circuit/i.test(task.operator)) continue;
    const step = steps.get(task) as Step;
    if (step.branches) flow.connect(step, 'none', { when: '[FALSE]' });
  }
  target.workflow(program.name, flow, 'line 1', {
    description: `Imported from Airflow: ${program.name}.`,
  });
}

const told = new WeakSet<Task>();

function ruleOf(target: Target, task: Task): { after: Outcome[]; join?: string } {
  const given =
    textOf(task.options.trigger_rule) ??
    textOf(at(task.options.trigger_rule, 'code')) ??
    'all_success';
  const name = given.split('.').at(-1)?.toLowerCase() ?? '';
  const rule = RULES[name];
  if ((rule === undefined || name === 'always' || name === 'dummy') && !told.has(task)) {
    told.add(task);
    target.leave(task.line, {
      what: `the trigger rule ${given} of ${task.id}`,
      why: rule === undefined ? 'it is not known' : 'a step waits for what leads to it',
      instead: 'Write after and join: docs/learning/branching.md#joins.',
    });
  }
  return rule ?? (RULES.all_success as { after: Outcome[]; join: string });
}

function fieldsOf(target: Target, task: Task, below: Task[]): Json {
  const { operator, options, line, id } = task;
  const params = Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) =>
      key.startsWith('= ') && !isRecord(value) ? [[snakeCase(key.slice(2)), value]] : [],
    ),
  );
  const own = Object.keys(params).length === 0 ? {} : { params };
  if (/^(Empty|Dummy)Operator$/.test(operator)) return { type: 'condition' };
  if (/Branch|^@task\.branch$/.test(operator)) {
    const tags = below.map((each) => snakeCase(each.id).toUpperCase());
    const fields = target.placeholder(
      line,
      id,
      'which way it goes is code',
      `The step calls a function that returns {tag}: ${tags.join(', ')}.`,
    );
    return { ...fields, ...(tags.length === 0 ? {} : { tags }), ...own };
  }
  if (/short_?circuit/i.test(operator)) {
    const fields = target.placeholder(
      line,
      id,
      'whether it goes on is code',
      'The step calls a function that returns {tag}: TRUE or FALSE.',
    );
    return { ...fields, ...(below.length === 0 ? {} : { tags: ['TRUE', 'FALSE'] }), ...own };
  }
  if (operator === 'BashOperator' || operator === '@task.bash') {
    return {
      ...target.script(
        line,
        id,
        `the command of ${id}: ${short(textOf(options.bash_command) ?? 'code')}`,
        'sh',
      ),
      ...own,
    };
  }
  if (/^(Python|ExternalPython|PythonVirtualenv)Operator$|^@task/.test(operator)) {
    const code = textOf(at(options.python_callable, 'code')) ?? id;
    return { ...target.script(line, id, `the function ${code}`, 'py'), ...own };
  }
  const sql = textOf(options.sql);
  if (
    /^(SQLExecuteQuery|Postgres)Operator$/.test(operator) &&
    sql &&
    !/\{\{|;\s*\S/.test(sql) &&
    !/\.sql\s*$/.test(sql)
  ) {
    return {
      sql: { statement: sql.trim().replace(/;$/, ''), read_only: /^\s*(select|with)\b/i.test(sql) },
    };
  }
  if (
    /^(TimeDelta(Sensor)?|TimeDeltaSensorAsync|TimeDeltaSensor)$/.test(operator) &&
    typeof options.delta === 'number'
  ) {
    return { type: 'timer', wait: seconds(options.delta) };
  }
  return { ...target.placeholder(line, id, `no step is like ${operator}`), ...own };
}

function items(target: Target, steps: Map<Task, Step>, task: Task): void {
  const step = steps.get(task) as Step;
  const from = isRecord(task.items) ? steps.get(task.items as unknown as Task) : undefined;
  if (from) step.for_each = `$${from.name}.data[*] ?`;
  else if (Array.isArray(task.items)) step.for_each = task.items;
  else {
    step.for_each = '$input.items[*] ?';
    target.leave(task.line, {
      what: `the items of ${task.id}`,
      why: 'they are code',
      instead: 'Write for_each over a list of the input, or of a step before.',
    });
  }
}

function policies(target: Target, step: Step, task: Task): void {
  const { retries, retry_delay, execution_timeout } = task.options;
  const works = step.type !== 'condition' && step.type !== 'timer';
  if (typeof retries === 'number' && works) {
    const delay =
      typeof retry_delay === 'number'
        ? retry_delay
        : typeof at(retry_delay, 'seconds') === 'number'
          ? Number(at(retry_delay, 'seconds'))
          : undefined;
    step.retry = {
      max_attempts: Math.min(retries + 1, 100),
      ...(delay === undefined
        ? {}
        : { delay: seconds(delay), ...(delay > 60 ? { max_delay: seconds(delay) } : {}) }),
    };
  }
  if (typeof execution_timeout === 'number' && works) step.timeout = seconds(execution_timeout);
  for (const field of [
    'on_failure_callback',
    'on_success_callback',
    'on_retry_callback',
    'pool',
    'sla',
    'depends_on_past',
  ]) {
    const given = task.options[field];
    if (given === undefined || given === null || given === false || given === 'default_pool')
      continue;
    target.leave(task.line, {
      what: `${field} of ${task.id}`,
      why:
        field === 'pool'
          ? 'pools are of actors'
          : field === 'depends_on_past'
            ? 'runs do not know each other'
            : 'a callback is code',
      instead:
        field === 'pool'
          ? 'Set max_concurrent of the actor.'
          : 'Add a branch with after, or on_failure of the workflow.',
    });
  }
}
