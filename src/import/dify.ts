// Dify: the DSL (YAML) of an exported workflow or chatflow.

import { at, type Json, listOf, pointer, recordOf, recordsOf, textOf } from './json.ts';
import {
  blockSteps,
  type Case,
  choose,
  Flow,
  kebabCase,
  type Step,
  seconds,
  snakeCase,
  type Target,
} from './target.ts';
import { cut, literalOf, type Part, paramOf, promptOf, Slots, type Text } from './values.ts';

interface Node {
  id: string;
  title: string;
  kind: string;
  data: Json;
  at: string;
  /** The iteration or loop around it. */
  parent: string | undefined;
}

export function importDify(source: unknown, target: Target): void {
  new DifyImport(recordOf(source), target).run();
}

const CONTAINERS = ['iteration', 'loop'];
const START = ['start', 'iteration-start', 'loop-start'];

class DifyImport {
  private readonly source: Json;
  private readonly target: Target;
  private readonly nodes = new Map<string, Node>();
  private readonly steps = new Map<string, Step>();
  /** What an output of a node is called here, without its $. */
  private readonly aliases = new Map<string, string>();
  private readonly outputs = new Map<string, (handle: string) => object | undefined>();
  private readonly constants = new Map<string, string>();
  private result: Json = {};

  constructor(source: Json, target: Target) {
    this.source = source;
    this.target = target;
  }

  run(): void {
    const graph = at(this.source, 'workflow', 'graph');
    recordsOf(at(graph, 'nodes')).forEach((node, place) => {
      const data = recordOf(node.data);
      const kind = textOf(data.type) ?? '';
      if (kind === '') return;
      this.nodes.set(textOf(node.id) ?? String(place), {
        id: textOf(node.id) ?? String(place),
        title: textOf(data.title) ?? kind,
        kind,
        data,
        at: pointer('workflow', 'graph', 'nodes', place),
        parent: textOf(node.parentId) ?? textOf(data.iteration_id) ?? textOf(data.loop_id),
      });
    });
    this.variables();
    const flow = this.flowOf(undefined);
    const name = textOf(at(this.source, 'app', 'name')) ?? 'dify-workflow';
    const input = this.contract();
    this.target.workflow(
      name,
      flow,
      '/workflow/graph',
      {
        description:
          textOf(at(this.source, 'app', 'description')) || `Imported from Dify: ${name}.`,
        ...(input === undefined ? {} : { input }),
      },
      Object.keys(this.result).length === 0 ? {} : { result: this.result },
    );
  }

  private variables(): void {
    recordsOf(at(this.source, 'workflow', 'environment_variables')).forEach((each, place) => {
      const where = pointer('workflow', 'environment_variables', place);
      const name = textOf(each.name) ?? '';
      if (each.value_type !== 'secret') this.constants.set(name, textOf(each.value) ?? '');
      this.target.leave(where, {
        what: `the variable env.${name}`,
        why: 'a definition has no variables',
        instead:
          each.value_type === 'secret'
            ? "Name it in secrets of an http actor, and set it in the worker's environment."
            : 'Its value is written where it was read.',
      });
    });
    recordsOf(at(this.source, 'workflow', 'conversation_variables')).forEach((each, place) => {
      this.target.leave(pointer('workflow', 'conversation_variables', place), {
        what: `the variable conversation.${textOf(each.name) ?? ''}`,
        why: 'runs share no memory',
        instead: 'Keep it in a table, and read it by load.',
      });
    });
  }

  private contract(): Json | undefined {
    const start = [...this.nodes.values()].find(({ kind }) => kind === 'start');
    const fields = recordsOf(start?.data.variables);
    if (start === undefined || fields.length === 0) return undefined;
    const properties: Json = {};
    for (const each of fields) {
      const kind = textOf(each.type) ?? '';
      const options = listOf(each.options).map(textOf).filter(Boolean);
      if (kind.startsWith('file')) {
        this.target.leave(start.at, {
          what: `the file ${textOf(each.variable)}`,
          why: 'a run gets JSON',
          instead: 'Give its text, or an address. Pictures go to images in base64.',
        });
      }
      properties[textOf(each.variable) ?? 'value'] = {
        ...(kind === 'number'
          ? { type: 'number' }
          : kind.startsWith('file')
            ? {}
            : { type: 'string' }),
        ...(kind === 'select' && options.length > 0 ? { enum: options } : {}),
      };
    }
    const required = fields
      .filter((each) => each.required === true)
      .map((each) => textOf(each.variable));
    return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
  }

  /** The steps inside an iteration or loop, or of the whole. */
  private flowOf(parent: string | undefined): Flow {
    const flow = new Flow(this.target);
    const own = this.inOrder([...this.nodes.values()].filter((node) => node.parent === parent));
    for (const node of own) if (!START.includes(node.kind)) this.make(flow, node);
    for (const edge of recordsOf(at(this.source, 'workflow', 'graph', 'edges'))) {
      const [from, to] = [
        this.steps.get(textOf(edge.source) ?? ''),
        this.steps.get(textOf(edge.target) ?? ''),
      ];
      const branchOf = this.outputs.get(textOf(edge.source) ?? '');
      const branch = branchOf ? branchOf(textOf(edge.sourceHandle) ?? 'source') : {};
      if (from === undefined || !flow.steps.includes(from) || branch === undefined) continue;
      if (to !== undefined && flow.steps.includes(to)) flow.connect(from, to, branch);
    }
    for (const step of flow.steps) leadNowhere(flow, step);
    return flow;
  }

  /** Before what reads it. */
  private inOrder(own: Node[]): Node[] {
    const edges = recordsOf(at(this.source, 'workflow', 'graph', 'edges'));
    const done = new Set<string>();
    const order: Node[] = [];
    const visit = (node: Node): void => {
      if (done.has(node.id)) return;
      done.add(node.id);
      for (const edge of edges.filter((each) => each.target === node.id)) {
        const before = own.find(({ id }) => id === edge.source);
        if (before) visit(before);
      }
      order.push(node);
    };
    own.forEach(visit);
    return order;
  }

  // Values

  private pathOf(selector: unknown[], where: string): Part | undefined {
    const [id = '', ...fields] = selector.map((each) => textOf(each) ?? '');
    const rest = (from: number) =>
      fields
        .slice(from)
        .map((field) => `.${field}`)
        .join('');
    if (id === 'env' && this.constants.has(fields[0] ?? ''))
      return this.constants.get(fields[0] ?? '');
    if (id === 'sys') return { path: `input.${fields[0] ?? 'query'}` };
    const node = this.nodes.get(id);
    const step = this.steps.get(id)?.name;
    if (node?.kind === 'start') return { path: `input${rest(0)}` };
    if (node && CONTAINERS.includes(node.kind) && fields[0] === 'item')
      return { path: `item${rest(1)}` };
    const alias = this.aliases.get(id);
    if (alias !== undefined) return { path: alias };
    if (step !== undefined && node !== undefined) {
      if (['llm', 'agent'].includes(node.kind)) {
        return {
          path: fields[0] === 'structured_output' ? `${step}.data${rest(1)}` : `${step}.response`,
        };
      }
      if (node.kind === 'question-classifier') return { path: `${step}.tag` };
      if (node.kind === 'http-request')
        return { path: fields[0] === 'body' ? `${step}.data${rest(1)}` : `${step}.data` };
      if (CONTAINERS.includes(node.kind)) return { path: `${step}.data` };
      return { path: `${step}.data${rest(0)}` };
    }
    this.target.leave(where, {
      what: `the value ${[id, ...fields].join('.')}`,
      why: 'nothing here is like it',
      instead: 'Write the value in the $ language: docs/learning/data.md.',
    });
    return undefined;
  }

  private text(node: Node, value: unknown, context?: unknown): Text {
    return cut(textOf(value) ?? '', /\{\{#([^#}]+)#\}\}/g, (inside) =>
      inside === 'context' && context
        ? this.pathOf(listOf(context), node.at)
        : this.pathOf(inside.split('.'), node.at),
    );
  }

  private valueOf(node: Node, selector: unknown): string | undefined {
    const part = this.pathOf(listOf(selector), node.at);
    return part === undefined ? undefined : paramOf([part]);
  }

  private inputs(node: Node): Json {
    const params: Json = {};
    for (const each of recordsOf(node.data.variables)) {
      const value = this.valueOf(node, each.value_selector);
      if (value !== undefined) params[snakeCase(textOf(each.variable) ?? 'value')] = value;
    }
    return Object.keys(params).length === 0 ? {} : { params };
  }

  // Nodes

  private make(flow: Flow, node: Node): void {
    if (node.kind === 'end' || node.kind === 'answer') {
      this.finish(flow, node);
      return;
    }
    const step = this.stepOf(flow, node);
    this.steps.set(node.id, step);
    const retry = recordOf(node.data.retry_config);
    if (retry.retry_enabled === true) {
      step.retry = {
        max_attempts: Math.min(Number(retry.max_retries ?? 3) + 1, 100),
        delay: seconds(Number(retry.retry_interval ?? 1000) / 1000),
      };
    }
    const strategy = textOf(node.data.error_strategy);
    if (strategy === 'fail-branch') {
      const branchOf = this.outputs.get(node.id) ?? (() => ({}));
      this.outputs.set(node.id, (handle) =>
        handle === 'fail-branch' ? { after: 'failure' } : branchOf(handle),
      );
    } else if (strategy === 'default-value') {
      step.on_failure = 'continue';
      this.target.leave(node.at, {
        what: `the default values of ${node.title}`,
        why: 'the output of a step that failed is missing',
        instead: 'Write the default where the value is read: $step.data.x ?? "…".',
      });
    }
  }

  private finish(flow: Flow, node: Node): void {
    const values =
      node.kind === 'answer'
        ? [['answer', paramOf(this.text(node, node.data.answer))]]
        : recordsOf(node.data.outputs).map((each) => [
            textOf(each.variable) ?? 'value',
            this.valueOf(node, each.value_selector),
          ]);
    for (const [name, value] of values as [string, string | undefined][]) {
      if (value === undefined) continue;
      const known = this.result[name];
      this.result[name] =
        typeof known === 'string' &&
        known !== value &&
        /^\$\S+ \?$/.test(known) &&
        value.startsWith('$')
          ? `${known.slice(0, -2)} ?? ${value.replace(/ \?$/, '')} ?`
          : (known ?? value);
      if (known !== undefined && known !== value && this.result[name] === known) {
        this.target.leave(node.at, {
          what: `${name} of ${node.title}`,
          why: 'another end gives it too, and the result has one of each name',
          instead: 'Write result: with ??, or give it another name.',
        });
      }
    }
    if (flow.steps.length === 0 || node.parent !== undefined) return;
  }

  private stepOf(flow: Flow, node: Node): Step {
    const { kind, data, title } = node;
    switch (kind) {
      case 'llm':
        return this.ask(flow, node);
      case 'question-classifier':
        return this.classify(flow, node);
      case 'parameter-extractor':
        return this.extract(flow, node);
      case 'if-else':
        return this.decide(flow, node);
      case 'code':
        return flow.add(title, {
          ...this.target.script(
            node.at,
            title,
            `the code of ${title}`,
            data.code_language === 'javascript' ? 'ts' : 'py',
          ),
          ...this.inputs(node),
        });
      case 'http-request':
        return this.http(flow, node);
      case 'variable-aggregator':
        return this.aggregate(flow, node);
      case 'iteration':
        return this.iterate(flow, node);
      case 'loop':
        this.target.leave(node.at, {
          what: `the loop ${title} (at most ${textOf(data.loop_count) ?? '?'} times)`,
          why: 'a loop here is a branch that leads back',
          instead: 'Give the step of its block a branch to itself: { when: …, loop: N }.',
        });
        return this.block(flow, node, {});
      case 'template-transform':
        return flow.add(title, {
          ...this.target.placeholder(
            node.at,
            title,
            'a step that only makes text is a function',
            `Write the template where its text is read (Liquid is much like Jinja), or the function ${kebabCase(title)}.`,
          ),
          ...this.inputs(node),
        });
    }
    return flow.add(title, {
      ...this.target.placeholder(node.at, title, `no step is like ${kind}`),
      ...this.inputs(node),
    });
  }

  private modelOf(node: Node): string {
    const model = recordOf(node.data.model);
    const options = Object.fromEntries(
      Object.entries(recordOf(model.completion_params)).flatMap(([name, value]) =>
        name === 'max_tokens'
          ? [['num_predict', value]]
          : ['temperature', 'top_p', 'top_k', 'seed'].includes(name)
            ? [[name, value]]
            : [],
      ),
    );
    return this.target.model(textOf(model.name) ?? 'model', options);
  }

  private ask(flow: Flow, node: Node): Step {
    const { data } = node;
    const context = at(data, 'context', 'variable_selector');
    const parts = Array.isArray(data.prompt_template)
      ? recordsOf(data.prompt_template)
      : [recordOf(data.prompt_template)];
    const said = (role: string) =>
      parts
        .filter((part) => (textOf(part.role) ?? 'user') === role)
        .map((part) => promptOf(this.text(node, part.text, context)))
        .join('\n\n');
    const [system, user] = [said('system'), said('user')];
    if (
      parts.some((part) => part.role === 'assistant') ||
      at(data, 'memory', 'window', 'enabled') === true
    ) {
      this.target.leave(node.at, {
        what: `the earlier turns of ${node.title}`,
        why: 'a step has a system prompt and a prompt',
        instead: 'Put them into the prompt.',
      });
    }
    if (parts.some((part) => part.edition_type === 'jinja2')) {
      this.target.leave(node.at, {
        what: `the Jinja template of ${node.title}`,
        why: 'templates here are Liquid',
        instead: 'Compare it with docs/learning/data.md#loops-and-conditions.',
      });
    }
    if (at(data, 'vision', 'enabled') === true) {
      this.target.leave(node.at, {
        what: `the pictures of ${node.title}`,
        why: 'they come as files',
        instead: 'Add images: $input.pictures[*], in base64.',
      });
    }
    const schema =
      data.structured_output_enabled === true ? at(data, 'structured_output', 'schema') : undefined;
    return flow.add(node.title, {
      actor: this.modelOf(node),
      ...(system.trim() === '' || user.trim() === '' ? {} : { system }),
      prompt: user.trim() || system.trim() || 'Answer.',
      ...(schema === undefined ? {} : { output: schema }),
    });
  }

  private classify(flow: Flow, node: Node): Step {
    const { data } = node;
    const classes = recordsOf(data.classes).map((each) => ({
      id: textOf(each.id) ?? '',
      name: textOf(each.name) ?? '',
      tag: snakeCase(textOf(each.name) ?? textOf(each.id) ?? 'class').toUpperCase(),
    }));
    const query = this.pathOf(listOf(data.query_variable_selector), node.at);
    const said = classes.map(({ name, tag }) => `[${tag}]: ${name}`).join('\n');
    const instruction = promptOf(this.text(node, data.instruction ?? data.instructions));
    this.outputs.set(node.id, (handle) => {
      const found = classes.find(({ id }) => id === handle);
      return found && { when: `[${found.tag}]` };
    });
    return flow.add(node.title, {
      actor: this.modelOf(node),
      tags: [...new Set(classes.map(({ tag }) => tag))],
      prompt:
        `${instruction}\nWhich class fits? End your answer with its tag.\n${said}\n\n${promptOf(query === undefined ? [] : [query])}`.trim(),
      branches: [],
    });
  }

  private extract(flow: Flow, node: Node): Step {
    const { data } = node;
    const fields = recordsOf(data.parameters);
    const types: Record<string, Json> = {
      number: { type: 'number' },
      bool: { type: 'boolean' },
      boolean: { type: 'boolean' },
      'array[string]': { type: 'array', items: { type: 'string' } },
      'array[number]': { type: 'array', items: { type: 'number' } },
      'array[object]': { type: 'array', items: { type: 'object' } },
    };
    const query = this.pathOf(listOf(data.query), node.at);
    const required = fields
      .filter((each) => each.required === true)
      .map((each) => textOf(each.name));
    return flow.add(node.title, {
      actor: this.modelOf(node),
      prompt: `${promptOf(this.text(node, data.instruction))}\nExtract these values:\n${fields
        .map((each) => `- ${textOf(each.name)}: ${textOf(each.description) ?? ''}`)
        .join('\n')}\n\n${promptOf(query === undefined ? [] : [query])}`.trim(),
      output: {
        type: 'object',
        properties: Object.fromEntries(
          fields.map((each) => [
            textOf(each.name) ?? 'value',
            types[textOf(each.type) ?? ''] ?? { type: 'string' },
          ]),
        ),
        ...(required.length === 0 ? {} : { required }),
      },
    });
  }

  private decide(flow: Flow, node: Node): Step {
    const { data } = node;
    const given = recordsOf(data.cases);
    const all = given.length > 0 ? given : [{ case_id: 'true', ...data }];
    const cases: Case[] = [
      ...all.map((each) => ({
        label: textOf(each.case_id) ?? 'case',
        when: this.conditions(node, each),
      })),
      { label: 'false', isOtherwise: true },
    ];
    const { step, branches } = choose(this.target, flow, node.at, node.title, cases);
    this.outputs.set(
      node.id,
      (handle) => branches[cases.findIndex(({ label }) => label === handle)],
    );
    return step;
  }

  private conditions(node: Node, given: Json): string | undefined {
    const parts = recordsOf(given.conditions).map((each) => {
      const part = this.pathOf(listOf(each.variable_selector), node.at);
      if (part === undefined || typeof part === 'string') return undefined;
      const value = this.text(node, each.value);
      const [only] = value;
      const right =
        value.length === 1 && typeof only === 'object'
          ? `$${only.path}`
          : literalOf(textOf(each.value) ?? '');
      return OPERATORS[textOf(each.comparison_operator) ?? '']?.(`$${part.path}`, right);
    });
    if (parts.length === 0 || parts.includes(undefined)) return undefined;
    const joint = given.logical_operator === 'or' ? ' || ' : ' && ';
    return parts.length === 1 ? parts[0] : parts.map((part) => `(${part})`).join(joint);
  }

  private http(flow: Flow, node: Node): Step {
    const { data, title } = node;
    const slots = new Slots();
    const write = (value: unknown) => slots.write(this.text(node, value));
    const lines = (value: unknown) =>
      (textOf(value) ?? '').split('\n').flatMap((line): [string, string][] => {
        const [, key, said] = /^\s*([^:]+):(.*)$/.exec(line) ?? [];
        return key === undefined ? [] : [[key.trim(), write((said ?? '').trim())]];
      });
    const query = lines(data.params).map(([key, value]) => `${encodeURIComponent(key)}=${value}`);
    const headers = Object.fromEntries(lines(data.headers));
    const method = (textOf(data.method) ?? 'get').toUpperCase();
    const url = `${write(data.url)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
    const said = at(data, 'body', 'data');
    const written = Array.isArray(said)
      ? said.map((each) => textOf(at(each, 'value')) ?? '').join('')
      : textOf(said);
    let body: unknown;
    if (written) {
      try {
        body = JSON.parse(write(written));
      } catch {
        body = write(written);
      }
    }
    if (recordOf(data.authorization).type && at(data, 'authorization', 'type') !== 'no-auth') {
      this.target.leave(node.at, {
        what: `the key of ${title}`,
        why: 'secrets are not in a definition',
        instead: 'Add headers: { Authorization: "Bearer {{ secret.NAME }}" } and secrets: [NAME].',
      });
    }
    if (!/^https?:\/\/[^{}/]+/.test(url)) {
      return flow.add(title, {
        ...this.target.placeholder(
          node.at,
          title,
          'its host is data',
          'Write an http actor with allowed_hosts, or the function.',
        ),
        ...(Object.keys(slots.params).length === 0 ? {} : { params: slots.params }),
      });
    }
    return flow.add(title, {
      http: {
        url,
        ...(method === 'GET' ? {} : { method }),
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
        ...(body === undefined || method === 'GET' ? {} : { body }),
      },
      ...(Object.keys(slots.params).length === 0 ? {} : { params: slots.params }),
    });
  }

  /** The first of several values that is there: read in full wherever it is read. */
  private aggregate(flow: Flow, node: Node): Step {
    const paths = listOf(node.data.variables)
      .map((selector) => this.pathOf(listOf(selector), node.at))
      .flatMap((part) => (typeof part === 'object' ? [part.path] : []));
    if (paths.length > 0) this.aliases.set(node.id, paths.join(' ?? $').replace(/^/, ''));
    return flow.add(node.title, { type: 'condition' });
  }

  private iterate(flow: Flow, node: Node): Step {
    const { data } = node;
    const over = this.pathOf(listOf(data.iterator_selector), node.at);
    const list =
      typeof over === 'object' ? `$${over.path.split(' ')[0]}[*] ?` : '$input.items[*] ?';
    const mode = textOf(data.error_handle_mode);
    return this.block(flow, node, {
      for_each: list,
      ...(data.is_parallel === true
        ? { max_parallel: Number(data.parallel_nums ?? 10) }
        : { max_parallel: 1 }),
      ...(mode === 'continue-on-error' || mode === 'remove-abnormal-output'
        ? { tolerate: 1000000 }
        : {}),
    });
  }

  private block(flow: Flow, node: Node, fields: Json): Step {
    const inner = this.flowOf(node.id);
    if (inner.steps.length === 0) {
      return flow.add(node.title, this.target.placeholder(node.at, node.title, 'it is empty'));
    }
    const output = this.pathOf(listOf(node.data.output_selector), node.at);
    const result = output === undefined ? {} : { result: paramOf([output]) };
    return flow.add(node.title, {
      ...fields,
      block: { conversations: blockSteps(inner, node.at), ...result },
    });
  }
}

/** A tag that nothing follows leads nowhere. */
function leadNowhere(flow: Flow, step: Step): void {
  for (const tag of listOf(step.tags)) {
    const isRouted = (step.branches ?? []).some(({ when }) => when === `[${tag}]`);
    if (!isRouted) flow.connect(step, 'none', { when: `[${tag}]` });
  }
}

const OPERATORS: Record<string, (left: string, right: string) => string> = {
  '=': (a, b) => `${a} == ${b}`,
  is: (a, b) => `${a} == ${b}`,
  '≠': (a, b) => `${a} != ${b}`,
  'is not': (a, b) => `${a} != ${b}`,
  '>': (a, b) => `${a} > ${b}`,
  '<': (a, b) => `${a} < ${b}`,
  '≥': (a, b) => `${a} >= ${b}`,
  '≤': (a, b) => `${a} <= ${b}`,
  empty: (a) => `!exists(${a}) || ${a} == "" || ${a} == null`,
  'not empty': (a) => `exists(${a}) && ${a} != "" && ${a} != null`,
  null: (a) => `!exists(${a}) || ${a} == null`,
  'not null': (a) => `exists(${a}) && ${a} != null`,
  'start with': (a, b) => `${a} starts with ${b}`,
  contains: (a, b) => `${a} like_regex ${literal(b)}`,
  'not contains': (a, b) => `!(${a} like_regex ${literal(b)})`,
};

/** A text as a pattern that means nothing but itself. */
const literal = (quoted: string): string =>
  JSON.stringify(String(JSON.parse(quoted)).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
