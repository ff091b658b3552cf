// Serverless Workflow, DSL 1.x.

import { at, isRecord, type Json, listOf, pointer, recordOf, recordsOf, textOf } from './json.ts';
import {
  blockSteps,
  type Case,
  choose,
  Flow,
  kebabCase,
  type Step,
  seconds,
  type Target,
} from './target.ts';
import { cut, literalOf, type Part, paramsOf, Slots, type Text } from './values.ts';

/** A task by its name. */
interface Task {
  name: string;
  body: Json;
  at: string;
}

/** What a task reads as `.`: the output of the one before it, the input, or the item of a loop. */
interface Scope {
  before: string;
  /** Names of for loops: $name is the item. */
  items: string[];
}

export function importServerlessWorkflow(source: unknown, target: Target): void {
  new ServerlessImport(recordOf(source), target).run();
}

class ServerlessImport {
  private readonly source: Json;
  private readonly target: Target;
  /** What leads to a fork leads to its beginning; it is known by its end. */
  private readonly beginnings = new Map<Step, Step>();

  constructor(source: Json, target: Target) {
    this.source = source;
    this.target = target;
  }

  run(): void {
    const document = recordOf(this.source.document);
    const name = textOf(document.name) ?? textOf(this.source.id) ?? 'serverless-workflow';
    const flow = new Flow(this.target);
    if (!Array.isArray(this.source.do)) {
      this.target.leave('', {
        what: 'the document',
        why: 'only DSL 1.0 and later is read: document and do',
        instead: 'Bring it to DSL 1.0 first.',
      });
    }
    this.sequence(flow, this.tasksOf(this.source.do, '/do'), { before: 'input', items: [] });
    const contract = (place: 'input' | 'output') => at(this.source, place, 'schema', 'document');
    for (const place of ['from', 'as'] as const) {
      const field = place === 'from' ? 'input' : 'output';
      if (at(this.source, field, place) !== undefined) {
        this.target.leave(pointer(field, place), {
          what: `${field}.${place}`,
          why: 'a run gets its input as it is, and gives its result',
          instead:
            field === 'input' ? 'Read the fields where they are used.' : 'Write result: { … }.',
        });
      }
    }
    if (this.source.schedule !== undefined) {
      this.target.leave('/schedule', {
        what: 'the schedule',
        why: 'a schedule is no part of a workflow',
        instead: `Create it: pgwave schedule create ${kebabCase(name)} --help.`,
      });
    }
    for (const field of ['use', 'timeout', 'evaluate']) {
      if (this.source[field] === undefined) continue;
      this.target.leave(pointer(field), {
        what: field,
        why:
          field === 'timeout' ? 'limits of a run are yours to choose' : 'there is nothing to share',
        instead:
          field === 'timeout'
            ? 'Add limits: { max_duration: … }.'
            : 'Its parts are written where they are used.',
      });
    }
    this.target.workflow(name, flow, '/do', {
      description:
        textOf(document.summary) ??
        textOf(document.title) ??
        `Imported from Serverless Workflow: ${name}.`,
      ...(isRecord(contract('input')) ? { input: contract('input') } : {}),
      ...(isRecord(contract('output')) ? { output: contract('output') } : {}),
    });
  }

  private tasksOf(list: unknown, where: string): Task[] {
    return recordsOf(list).flatMap((each, place) =>
      Object.entries(each)
        .slice(0, 1)
        .map(([name, body]) => ({
          name,
          body: recordOf(body),
          at: `${where}${pointer(place, name)}`,
        })),
    );
  }

  /** Tasks one after the other, or where `then` says. */
  private sequence(flow: Flow, tasks: Task[], scope: Scope): void {
    let before = scope.before;
    const made: { task: Task; first: Step; last: Step; gate: Step | undefined }[] = [];
    const later: (() => void)[] = [];
    for (const task of tasks) {
      const own = { ...scope, before };
      const step = this.make(flow, task, own, later, () => made);
      const gate = this.gate(flow, task, own);
      const first = this.beginningOf(step);
      if (gate) flow.connect(gate.step, first, gate.taken);
      made.push({ task, first: gate?.step ?? first, last: step, gate: gate?.step });
      const isData = !['switch', 'wait', 'emit'].some((kind) => task.body[kind] !== undefined);
      if (isData) before = `${step.name}.data`;
    }
    made.forEach(({ task, last, gate }, place) => {
      const next = made[place + 1]?.first;
      const goal = this.goalOf(textOf(task.body.then) ?? 'continue', next, made);
      if (task.body.switch === undefined && goal !== undefined) flow.connect(last, goal);
      // a task that is not done is passed over
      if (gate !== undefined && next !== undefined) flow.connect(gate, next, { otherwise: true });
    });
    for (const connect of later) connect();
  }

  private goalOf(
    then: string,
    next: Step | undefined,
    made: { task: Task; first: Step }[],
  ): Step | 'none' | 'END' | undefined {
    if (then === 'continue') return next;
    if (then === 'end') return 'END';
    if (then === 'exit') return 'none';
    return made.find(({ task }) => task.name === then)?.first;
  }

  /** A task with `if` is done only if it holds. */
  private gate(flow: Flow, task: Task, scope: Scope) {
    if (task.body.if === undefined) return undefined;
    const when = this.predicate(task.body.if, scope);
    const { step, branches } = choose(this.target, flow, task.at, `${task.name} if`, [
      { label: 'yes', when },
    ]);
    return { step, taken: branches[0] ?? {} };
  }

  private make(
    flow: Flow,
    task: Task,
    scope: Scope,
    later: (() => void)[],
    made: () => { task: Task; first: Step }[],
  ): Step {
    const { body, name } = task;
    const step = this.stepOf(flow, task, scope, later, made);
    const timeout = durationOf(at(body, 'timeout', 'after') ?? undefined);
    if (timeout !== undefined && body.switch === undefined) step.timeout = timeout;
    for (const field of ['input', 'output', 'export']) {
      if (body[field] === undefined) continue;
      this.target.leave(`${task.at}${pointer(field)}`, {
        what: `${field} of ${name}`,
        why: 'a step reads others by their names, and keeps its whole output',
        instead: 'Read the field where it is used: $step.data.x.',
      });
    }
    return step;
  }

  private stepOf(
    flow: Flow,
    task: Task,
    scope: Scope,
    later: (() => void)[],
    made: () => { task: Task; first: Step }[],
  ): Step {
    const { body, name } = task;
    if (body.call !== undefined) return this.call(flow, task, scope);
    if (body.switch !== undefined) return this.switch(flow, task, scope, later, made);
    if (body.for !== undefined) return this.forEach(flow, task, scope);
    if (body.fork !== undefined) return this.fork(flow, task, scope);
    if (body.try !== undefined) return this.try(flow, task, scope);
    if (body.do !== undefined)
      return flow.add(name, this.block(this.tasksOf(body.do, `${task.at}/do`), task, scope));
    if (body.wait !== undefined)
      return flow.add(name, { type: 'timer', wait: durationOf(body.wait) ?? '0s' });
    if (body.listen !== undefined) return this.listen(flow, task);
    if (body.run !== undefined) return this.run_(flow, task, scope);
    if (body.set !== undefined) {
      this.target.leave(task.at, {
        what: `${name} sets data`,
        why: 'a step that only makes data is a function',
        instead:
          'Write the function set-fields, which returns its params; or read the values where they are used.',
      });
      return flow.add(name, {
        type: 'function',
        handler: 'set-fields',
        ...this.params(task, body.set, scope),
      });
    }
    const [kind, why] =
      body.emit !== undefined
        ? ['emit', 'there is no broker of events']
        : body.raise !== undefined
          ? ['raise', 'a step fails by itself']
          : ['task', 'no step is like it'];
    return flow.add(name, {
      ...this.target.placeholder(task.at, name, why),
      ...this.params(task, body[kind] ?? body, scope),
    });
  }

  // Values: jq in ${ … }

  private part(task: Task, expression: string, scope: Scope): Part | undefined {
    const path = pathOf(expression, scope);
    if (path !== undefined) return { path };
    this.target.leave(task.at, {
      what: `the expression ${expression.trim()} in ${task.name}`,
      why: 'only paths of jq are read',
      instead: 'Write the value in the $ language: docs/learning/data.md.',
    });
    return undefined;
  }

  private text(task: Task, value: string, scope: Scope): Text {
    const whole = /^\s*\$\{([\s\S]*)\}\s*$/.exec(value);
    if (whole) {
      const part = this.part(task, whole[1] ?? '', scope);
      return part === undefined ? [] : [part];
    }
    return cut(value, /\$\{([^}]*)\}/g, (inside) => this.part(task, inside, scope));
  }

  private params(task: Task, value: unknown, scope: Scope): Json {
    const params = paramsOf(isRecord(value) ? value : { value }, (text) =>
      this.text(task, text, scope),
    ) as Json;
    return Object.keys(params).length === 0 ? {} : { params };
  }

  /** A condition: comparisons of paths and literals, with and, or. */
  private predicate(value: unknown, scope: Scope): string | undefined {
    const text = (textOf(value) ?? '').replace(/^\s*\$\{([\s\S]*)\}\s*$/, '$1').trim();
    const parts = text.split(/\s+(and|or)\s+/);
    const written = parts.map((part, place) => {
      if (place % 2 === 1) return part === 'and' ? '&&' : '||';
      const [, left = '', operator, right = ''] =
        /^(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+)$/.exec(part) ?? [];
      const path = pathOf(operator ? left : part, scope);
      if (path === undefined) return undefined;
      if (operator === undefined) return `$${path} == true`;
      const other = pathOf(right, scope);
      if (other !== undefined) return `$${path} ${operator} $${other}`;
      return /^("[^"]*"|'[^']*'|-?\d+(\.\d+)?|true|false|null)$/.test(right)
        ? `$${path} ${operator} ${literalOf(right)}`
        : undefined;
    });
    return written.includes(undefined) ? undefined : written.join(' ');
  }

  // Tasks

  private call(flow: Flow, task: Task, scope: Scope): Step {
    const { body, name } = task;
    const given = recordOf(body.with);
    if (body.call !== 'http') {
      return flow.add(name, {
        ...this.target.placeholder(
          task.at,
          name,
          `it calls ${textOf(body.call) ?? 'a function'}, which is defined elsewhere`,
        ),
        ...this.params(task, given, scope),
      });
    }
    const slots = new Slots();
    const write = (value: unknown): unknown =>
      typeof value === 'string'
        ? slots.write(this.text(task, value, scope))
        : Array.isArray(value)
          ? value.map(write)
          : isRecord(value)
            ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, write(each)]))
            : value;
    const endpoint = isRecord(given.endpoint) ? given.endpoint.uri : given.endpoint;
    if (isRecord(given.endpoint) && given.endpoint.authentication !== undefined) {
      this.target.leave(`${task.at}/with/endpoint/authentication`, {
        what: `the authentication of ${name}`,
        why: 'secrets are not in a definition',
        instead: 'Add headers: { Authorization: "Bearer {{ secret.NAME }}" } and secrets: [NAME].',
      });
    }
    const address = slots.write(
      cut(textOf(endpoint) ?? '', /\$?\{([^}]*)\}/g, (inside, whole) =>
        whole.startsWith('$')
          ? this.part(task, inside, scope)
          : { path: `${scope.before}.${inside}` },
      ),
    );
    const query = Object.entries(recordOf(given.query)).map(
      ([key, value]) => `${encodeURIComponent(key)}=${write(textOf(value) ?? '')}`,
    );
    const url = `${address}${query.length === 0 ? '' : `?${query.join('&')}`}`;
    const method = (textOf(given.method) ?? 'get').toUpperCase();
    const params =
      Object.keys(slots.params).length === 0 &&
      given.body === undefined &&
      given.headers === undefined
        ? undefined
        : slots.params;
    const http = {
      url,
      ...(method === 'GET' ? {} : { method }),
      ...(given.headers === undefined ? {} : { headers: write(given.headers) }),
      ...(given.body === undefined || method === 'GET' ? {} : { body: write(given.body) }),
    };
    if (!/^https?:\/\/[^{}/]+/.test(url)) {
      return flow.add(name, {
        ...this.target.placeholder(
          task.at,
          name,
          'its host is data',
          'Write an http actor with allowed_hosts, or the function.',
        ),
        ...(Object.keys(slots.params).length === 0 ? {} : { params: slots.params }),
      });
    }
    return flow.add(name, {
      http,
      ...(params && Object.keys(params).length > 0 ? { params } : {}),
    });
  }

  private switch(
    flow: Flow,
    task: Task,
    scope: Scope,
    later: (() => void)[],
    made: () => { task: Task; first: Step }[],
  ): Step {
    const ways = recordsOf(task.body.switch).flatMap((each) =>
      Object.entries(each)
        .slice(0, 1)
        .map(([label, body]) => ({ label, body: recordOf(body) })),
    );
    const cases: Case[] = ways.map(({ label, body }) =>
      body.when === undefined
        ? { label, isOtherwise: true }
        : { label, when: this.predicate(body.when, scope) },
    );
    const { step, branches } = choose(this.target, flow, task.at, task.name, cases);
    later.push(() => {
      const all = made();
      const place = all.findIndex(({ task: each }) => each === task);
      ways.forEach(({ body }, way) => {
        const goal = this.goalOf(textOf(body.then) ?? 'continue', all[place + 1]?.first, all);
        if (goal !== undefined) flow.connect(step, goal, branches[way]);
      });
      // none of the cases: the next task
      const next = all[place + 1]?.first;
      if (!cases.some(({ isOtherwise }) => isOtherwise) && next)
        flow.connect(step, next, { otherwise: true });
    });
    return step;
  }

  private block(tasks: Task[], task: Task, scope: Scope): Json {
    const inner = new Flow(this.target);
    this.sequence(inner, tasks, scope);
    if (inner.steps.length === 0) return this.target.placeholder(task.at, task.name, 'it is empty');
    const last = inner.ends()[0];
    const hasData = last && last.type !== 'condition' && last.type !== 'timer';
    return {
      block: {
        conversations: blockSteps(inner, task.at),
        ...(hasData && inner.ends().length === 1 ? { result: `$${last.name}.data ?` } : {}),
      },
    };
  }

  private forEach(flow: Flow, task: Task, scope: Scope): Step {
    const { body, name } = task;
    const { each, in: list } = recordOf(body.for);
    const [path] = this.text(task, textOf(list) ?? '', scope);
    const item = textOf(each) ?? 'item';
    if (body.while !== undefined) {
      this.target.leave(`${task.at}/while`, {
        what: `while of ${name}`,
        why: 'a map does all of its items',
        instead: 'Filter the list, or write a loop.',
      });
    }
    return flow.add(name, {
      for_each:
        typeof path === 'object' ? `$${path.path.replace(/ \?$/, '')}[*] ?` : '$input.items[*] ?',
      max_parallel: 1,
      ...this.block(this.tasksOf(body.do, `${task.at}/do`), task, {
        before: 'item',
        items: [...scope.items, item],
      }),
    });
  }

  private fork(flow: Flow, task: Task, scope: Scope): Step {
    const { branches, compete } = recordOf(task.body.fork);
    const begin = flow.add(`${task.name} begin`, { type: 'condition' });
    const end = flow.add(task.name, {
      type: 'condition',
      ...(compete === true ? { join: 'any', race: 'cancel' } : { join: 'all' }),
    });
    for (const way of this.tasksOf(branches, `${task.at}/fork/branches`)) {
      const step = this.make(flow, way, scope, [], () => []);
      flow.connect(begin, this.beginningOf(step));
      flow.connect(step, end);
    }
    this.beginnings.set(end, begin);
    return end;
  }

  private beginningOf = (step: Step): Step => this.beginnings.get(step) ?? step;

  private try(flow: Flow, task: Task, scope: Scope): Step {
    const { body, name } = task;
    const handler = recordOf(body.catch);
    const steps = this.block(this.tasksOf(body.try, `${task.at}/try`), task, scope);
    const block = recordOf(steps.block);
    const inner = new Flow(this.target);
    this.sequence(inner, this.tasksOf(handler.do, `${task.at}/catch/do`), scope);
    if (inner.steps.length > 0 && steps.block !== undefined) {
      const written = blockSteps(inner, `${task.at}/catch`);
      block.on_failure = written;
    }
    for (const field of ['errors', 'when', 'exceptWhen', 'as']) {
      if (handler[field] === undefined) continue;
      this.target.leave(`${task.at}/catch${pointer(field)}`, {
        what: `${field} of ${name}`,
        why: 'a handler takes every failure',
        instead: 'Compare $error.code in a condition of the handler. It reads $error.',
      });
    }
    const again = handler.retry === undefined ? {} : { retry: retryOf(recordOf(handler.retry)) };
    if (inner.steps.length === 0)
      return flow.add(name, { ...steps, ...again, on_failure: 'continue' });
    if (handler.retry === undefined || steps.block === undefined) return flow.add(name, steps);
    // the handler acts when all attempts have failed
    const { on_failure, ...tried } = block;
    const attempt = { name: this.target.nameFor(`${name} attempt`), block: tried, ...again };
    return flow.add(name, {
      block: { conversations: [attempt], on_failure, result: `$${attempt.name}.data ?` },
    });
  }

  private listen(flow: Flow, task: Task): Step {
    const to = recordOf(at(task.body, 'listen', 'to'));
    const one = recordOf(to.one ?? listOf(to.any)[0] ?? listOf(to.all)[0]);
    const event = textOf(at(one, 'with', 'type')) ?? task.name;
    this.target.leave(`${task.at}/listen`, {
      what: `${task.name} listens to ${to.one === undefined ? 'several events' : event}`,
      why: 'a signal comes to one run, by its name',
      instead: `Send it where the event comes in: pgwave signal RUN ${event}.${to.one === undefined ? ' Give each further event a step of its own.' : ''}`,
    });
    return flow.add(task.name, { type: 'signal', signal: event });
  }

  private run_(flow: Flow, task: Task, scope: Scope): Step {
    const { name } = task;
    const run = recordOf(task.body.run);
    if (run.workflow !== undefined) {
      return flow.add(name, {
        ...this.target.placeholder(
          task.at,
          name,
          `the workflow ${textOf(at(run, 'workflow', 'name')) ?? ''} is another file`,
          'Import it, then write workflow: NAME in place of the function.',
        ),
        ...this.params(task, at(run, 'workflow', 'input') ?? {}, scope),
      });
    }
    const script = recordOf(run.script);
    const ending =
      { python: 'py', javascript: 'js', js: 'js' }[textOf(script.language) ?? ''] ?? 'sh';
    const what = run.container
      ? `the container of ${name}`
      : `the ${run.shell ? 'command' : 'code'} of ${name}`;
    return flow.add(name, {
      ...this.target.script(task.at, name, what, ending),
      ...this.params(task, script.arguments ?? at(run, 'shell', 'arguments') ?? {}, scope),
    });
  }
}

/** A path of jq, without $. */
function pathOf(expression: string, scope: Scope): string | undefined {
  const text = expression.trim();
  const [, variable = '', fields = ''] =
    /^(\$\w+)?((?:\.\w+|\[\d+\]|\["\w+"\]|\.\[\d+\])*|\.)$/.exec(text) ?? [];
  if (text === '' || (variable === '' && fields === '')) return undefined;
  const path = fields === '.' ? '' : fields.replaceAll('.[', '[').replaceAll(/\["(\w+)"\]/g, '.$1');
  if (variable === '') return `${scope.before}${path}`;
  if (variable === '$input' || variable === '$workflow')
    return `input${path.replace(/^\.input/, '')}`;
  if (scope.items.includes(variable.slice(1))) return `item${path}`;
  return undefined;
}

/** `PT5S`, or `{ seconds: 5 }`. */
function durationOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const [, d, h, m, s] =
      /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(value) ?? [];
    if (d ?? h ?? m ?? s) {
      return seconds(
        Number(d ?? 0) * 86400 + Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0),
      );
    }
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const {
    days = 0,
    hours = 0,
    minutes = 0,
    seconds: rest = 0,
    milliseconds = 0,
  } = value as Record<string, number>;
  return seconds(days * 86400 + hours * 3600 + minutes * 60 + rest + milliseconds / 1000);
}

function retryOf(retry: Json): Json {
  const attempts = Number(at(retry, 'limit', 'attempt', 'count') ?? 3);
  const delay = durationOf(retry.delay);
  return {
    max_attempts: Math.min(Math.max(attempts, 1), 100),
    ...(delay === undefined ? {} : { delay }),
  };
}
