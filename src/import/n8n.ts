// n8n: the JSON of an exported workflow.

import { at, isRecord, type Json, listOf, pointer, recordOf, recordsOf, textOf } from './json.ts';
import { type Case, choose, Flow, kebabCase, type Step, seconds, type Target } from './target.ts';
import {
  cut,
  literalOf,
  type Part,
  paramOf,
  paramsOf,
  promptOf,
  Slots,
  type Text,
} from './values.ts';

interface Node {
  name: string;
  kind: string;
  parameters: Json;
  at: string;
  source: Json;
}

interface Edge {
  from: string;
  /** Which of its outputs. */
  output: number;
  to: string;
}

/** What starts a workflow. */
const isTrigger = ({ kind }: Node): boolean =>
  /trigger$/i.test(kind) || ['webhook', 'cron', 'interval', 'start'].includes(kind);

/** What hands on what it got. */
const HANDS_ON = ['if', 'switch', 'filter', 'noOp', 'merge', 'wait', 'respondToWebhook'];
const MODELS = [
  'chainLlm',
  'agent',
  'openAi',
  'chainSummarization',
  'textClassifier',
  'informationExtractor',
  'lmChatOllama',
  'ollama',
];

export function importN8n(source: unknown, target: Target): void {
  const flow = new Flow(target);
  new N8nImport(recordOf(source), target, flow).run();
}

class N8nImport {
  private readonly source: Json;
  private readonly target: Target;
  private readonly flow: Flow;
  private readonly nodes = new Map<string, Node>();
  private readonly edges: Edge[] = [];
  private readonly steps = new Map<string, Step>();
  /** The branch of each output of a step. */
  private readonly outputs = new Map<string, (number: number) => object | undefined>();

  constructor(source: Json, target: Target, flow: Flow) {
    this.source = source;
    this.target = target;
    this.flow = flow;
  }

  run(): void {
    recordsOf(this.source.nodes).forEach((node, place) => {
      this.read(node, place);
    });
    const connections = recordOf(this.source.connections);
    for (const [from, kinds] of Object.entries(connections)) {
      listOf(recordOf(kinds).main).forEach((ends, output) => {
        for (const end of recordsOf(ends)) {
          const to = textOf(end.node);
          if (to !== undefined && this.nodes.has(to)) this.edges.push({ from, output, to });
        }
      });
    }
    const helpers = new Set(
      Object.entries(connections).flatMap(([from, kinds]) =>
        Object.keys(recordOf(kinds)).some((kind) => kind.startsWith('ai_')) ? [from] : [],
      ),
    );
    for (const node of this.nodes.values()) {
      if (isTrigger(node)) this.trigger(node);
      else if (!helpers.has(node.name)) this.steps.set(node.name, this.step(node));
    }
    this.connect();
    this.settings();
    this.target.workflow(textOf(this.source.name) ?? 'n8n-workflow', this.flow, '', {
      description: `Imported from n8n: ${textOf(this.source.name) ?? 'a workflow'}.`,
    });
  }

  private read(source: Json, place: number): void {
    const name = textOf(source.name) ?? `node ${place + 1}`;
    const kind = (textOf(source.type) ?? '').replace(/^.*\./, '');
    if (kind === 'stickyNote') return;
    this.nodes.set(name, {
      name,
      kind,
      parameters: recordOf(source.parameters),
      at: pointer('nodes', place),
      source,
    });
  }

  private trigger({ name, kind, at: where, parameters }: Node): void {
    if (kind === 'manualTrigger' || kind === 'start' || kind === 'executeWorkflowTrigger') return;
    const isClock = /schedule|cron|interval/i.test(kind);
    this.target.leave(where, {
      what: `${name} (${kind})`,
      why: isClock
        ? 'a schedule is no part of a workflow'
        : 'what starts a run is no part of a workflow',
      instead: isClock
        ? 'Create it: pgwave schedule create --help.'
        : `Start runs with start_workflow, from SQL, GraphQL, or the CLI${
            kind === 'webhook' ? `; the path was ${textOf(parameters.path) ?? 'not set'}` : ''
          }.`,
    });
  }

  private connect(): void {
    for (const { from, output, to } of this.edges) {
      const [source, goal] = [this.steps.get(from), this.steps.get(to)];
      if (source === undefined || goal === undefined) continue;
      const branchOf = this.outputs.get(from);
      const branch = branchOf ? branchOf(output) : {};
      if (branch !== undefined) this.flow.connect(source, goal, branch);
    }
  }

  private settings(): void {
    const { errorWorkflow, executionTimeout } = recordOf(this.source.settings);
    if (textOf(errorWorkflow)) {
      this.target.leave('/settings/errorWorkflow', {
        what: `the error workflow ${textOf(errorWorkflow)}`,
        why: 'it is another file',
        instead: 'Import it, then name it: on_failure: { workflow: NAME, input: { … } }.',
      });
    }
    if (typeof executionTimeout === 'number' && executionTimeout > 0) {
      this.target.leave('/settings/executionTimeout', {
        what: `the timeout ${executionTimeout} s`,
        why: 'limits of a run are yours to choose',
        instead: `Add limits: { max_duration: ${seconds(executionTimeout)} }.`,
      });
    }
    for (const name of Object.keys(recordOf(this.source.pinData))) {
      this.target.leave(pointer('pinData', name), {
        what: `pinned data of ${name}`,
        why: 'data is no part of a definition',
        instead: 'Give it to a run: start_workflow(…, given => …).',
      });
    }
  }

  // Expressions

  /** The node whose data a node gets, past what only hands it on; undefined: there are several. */
  private sourceOf(name: string, seen: string[] = []): Node | 'input' | undefined {
    const from = [...new Set(this.edges.filter(({ to }) => to === name).map((edge) => edge.from))];
    if (from.length === 0) return 'input';
    const found = from
      .filter((each) => !seen.includes(each))
      .map((each) => {
        const node = this.nodes.get(each);
        if (node === undefined || isTrigger(node)) return 'input';
        return HANDS_ON.includes(node.kind) ? this.sourceOf(each, [...seen, name]) : node;
      });
    const [first, ...more] = [...new Set(found)];
    return more.length === 0 ? (first ?? 'input') : undefined;
  }

  private pathOf(node: Node | 'input' | undefined, fields: string): string | undefined {
    if (node === undefined) return undefined;
    if (node === 'input' || isTrigger(node))
      return `input${fields.replace(/^\.(body|query)\b/, '')}`;
    if (HANDS_ON.includes(node.kind)) return this.pathOf(this.sourceOf(node.name), fields);
    const step = this.steps.get(node.name)?.name;
    if (step === undefined) return undefined;
    if (/\.length$/.test(fields)) return undefined;
    if (!MODELS.includes(node.kind)) return `${step}.data${fields}`;
    return /^(\.(text|output|response|message\.content|content))?$/.test(fields)
      ? `${step}.response`
      : `${step}.data${fields.replace(/^\.output\./, '.')}`;
  }

  private expression(node: Node, inside: string): Part | undefined {
    const text = inside.trim();
    const own =
      /^\$(?:json|input\.(?:item|first\(\)|last\(\))\.json)((?:\.\w+|\[\d+\]|\["\w+"\])*)$/.exec(
        text,
      );
    const other =
      /^\$\(\s*['"]([^'"]+)['"]\s*\)\.(?:item|first\(\)|last\(\))\.json((?:\.\w+|\[\d+\]|\["\w+"\])*)$/.exec(
        text,
      ) ?? /^\$node\[\s*["']([^"']+)["']\s*\]\.json((?:\.\w+|\[\d+\]|\["\w+"\])*)$/.exec(text);
    const path = own
      ? this.pathOf(this.sourceOf(node.name), dotted(own[1] ?? ''))
      : other
        ? this.pathOf(this.nodes.get(other[1] ?? ''), dotted(other[2] ?? ''))
        : undefined;
    if (path !== undefined) return { path };
    this.target.leave(node.at, {
      what: `the expression {{ ${text} }} in ${node.name}`,
      why: own && !text.endsWith('.length') ? 'several nodes lead here' : 'it is code',
      instead: 'Write the value in the $ language: docs/learning/data.md.',
    });
    return undefined;
  }

  /** A parameter: an expression begins with =. */
  private text(node: Node, value: unknown): Text {
    const text = textOf(value) ?? (value === undefined ? '' : JSON.stringify(value));
    if (!text.startsWith('=')) return text === '' ? [] : [text];
    return cut(text.slice(1), /\{\{([\s\S]*?)\}\}/g, (inside) => this.expression(node, inside));
  }

  private params = (node: Node, value: unknown): unknown =>
    paramsOf(value, (text) => this.text(node, text));

  // Nodes

  private step(node: Node): Step {
    const made = this.make(node);
    const { source } = node;
    if (source.retryOnFail === true) {
      made.retry = {
        max_attempts: Math.min(Number(source.maxTries ?? 3), 100),
        delay: seconds(Number(source.waitBetweenTries ?? 1000) / 1000),
      };
    }
    const onError = textOf(source.onError);
    if (source.continueOnFail === true || onError === 'continueRegularOutput')
      made.on_failure = 'continue';
    if (onError === 'continueErrorOutput') {
      const branchOf = this.outputs.get(node.name) ?? (() => ({}));
      this.outputs.set(node.name, (output) =>
        output === 1 ? { after: 'failure' } : branchOf(output),
      );
    }
    for (const [kind, credential] of Object.entries(recordOf(source.credentials))) {
      this.target.leave(`${node.at}${pointer('credentials', kind)}`, {
        what: `the credential ${textOf(at(credential, 'name')) ?? kind} of ${node.name}`,
        why: 'secrets are not in the file',
        instead: "Name them in secrets of an http actor, and set them in the worker's environment.",
      });
    }
    if (source.disabled === true) {
      this.target.leave(node.at, {
        what: `${node.name} is disabled`,
        why: 'a step is there or not',
        instead: 'Take it out, or lead past it.',
      });
    }
    return made;
  }

  private make(node: Node): Step {
    const { name, kind, parameters } = node;
    switch (kind) {
      case 'if':
      case 'filter':
        return this.decide(node, [
          {
            label: 'true',
            when: this.conditions(node, parameters.conditions, parameters.combineOperation),
          },
          { label: 'false', isOtherwise: true },
        ]);
      case 'switch':
        return this.switch(node);
      case 'noOp':
        return this.flow.add(name, { type: 'condition' });
      case 'respondToWebhook':
        this.target.leave(node.at, {
          what: name,
          why: 'a run answers with its result',
          instead: 'Write result: { … } in the workflow.',
        });
        return this.flow.add(name, { type: 'condition' });
      case 'merge':
        return this.merge(node);
      case 'wait':
        return this.wait(node);
      case 'set':
        return this.set(node);
      case 'httpRequest':
        return this.http(node);
      case 'code':
      case 'function':
      case 'functionItem': {
        const isPython = String(parameters.language ?? '').startsWith('python');
        return this.flow.add(
          name,
          this.target.script(node.at, name, `the code of ${name}`, isPython ? 'py' : 'ts'),
        );
      }
      case 'postgres':
        if (typeof parameters.query === 'string' && !/^=|\$\d|\{\{/.test(parameters.query)) {
          return this.flow.add(name, { sql: parameters.query.trim().replace(/;$/, '') });
        }
        break;
      case 'splitInBatches':
        this.target.leave(node.at, {
          what: `${name} (a loop over items)`,
          why: 'here a step runs once, and for_each runs it for each item',
          instead: 'Put the steps of the loop into a block with for_each: docs/learning/blocks.md.',
        });
        return this.flow.add(name, { type: 'condition' });
      case 'executeWorkflow':
        return this.flow.add(name, {
          ...this.target.placeholder(
            node.at,
            name,
            'the workflow that it calls is another file',
            'Import it, then write workflow: NAME in place of the function.',
          ),
          ...this.own({ workflow: textOf(at(parameters, 'workflowId', 'cachedResultName')) }),
        });
      default:
        if (MODELS.includes(kind)) return this.ask(node);
    }
    return this.flow.add(name, {
      ...this.target.placeholder(node.at, name, `no step is like ${kind || 'this node'}`),
      ...this.own(this.params(node, parameters) as Json),
    });
  }

  private own(params: Json): Json {
    const known = Object.fromEntries(
      Object.entries(params).filter(([, value]) => value !== undefined),
    );
    return Object.keys(known).length === 0 ? {} : { params: known };
  }

  private decide(node: Node, cases: Case[]): Step {
    const { step, branches } = choose(this.target, this.flow, node.at, node.name, cases);
    this.outputs.set(node.name, (output) => branches[output]);
    return step;
  }

  private switch(node: Node): Step {
    const { parameters } = node;
    const values = recordsOf(at(parameters, 'rules', 'values'));
    const old = recordsOf(at(parameters, 'rules', 'rules'));
    const cases: Case[] = [
      ...values.map((rule, place) => ({
        label: textOf(rule.outputKey) || `case ${place + 1}`,
        when: this.conditions(node, rule.conditions, undefined),
      })),
      ...old.map((rule, place) => ({
        label: `case ${place + 1}`,
        when: this.compare(node, parameters.value1, textOf(rule.operation) ?? 'equal', rule.value2),
      })),
    ];
    const fallback = at(parameters, 'options', 'fallbackOutput') ?? parameters.fallbackOutput;
    if (fallback === 'extra' || typeof fallback === 'number') {
      cases.push({ label: 'otherwise', isOtherwise: true });
    }
    return this.decide(node, cases);
  }

  /** All conditions of a node as one predicate. */
  private conditions(node: Node, value: unknown, combine: unknown): string | undefined {
    const given = recordOf(value);
    const isNew = Array.isArray(given.conditions);
    const parts = isNew
      ? recordsOf(given.conditions).map((each) =>
          this.compare(
            node,
            each.leftValue,
            textOf(at(each, 'operator', 'operation')) ?? 'equals',
            each.rightValue,
          ),
        )
      : Object.entries(given).flatMap(([type, list]) =>
          recordsOf(list).map((each) =>
            this.compare(
              node,
              each.value1,
              textOf(each.operation) ?? (type === 'boolean' ? 'equal' : 'equal'),
              each.value2 ?? true,
            ),
          ),
        );
    if (parts.length === 0 || parts.some((part) => part === undefined)) return undefined;
    const isAny = given.combinator === 'or' || combine === 'any';
    return parts.length === 1
      ? parts[0]
      : parts.map((part) => `(${part})`).join(isAny ? ' || ' : ' && ');
  }

  private compare(
    node: Node,
    left: unknown,
    operation: string,
    right: unknown,
  ): string | undefined {
    const [path, ...more] = this.text(node, left);
    if (path === undefined || typeof path === 'string' || more.length > 0) return undefined;
    const value = this.text(node, right);
    const other =
      value.length === 1 && typeof value[0] === 'object' ? `$${value[0].path}` : undefined;
    if (other === undefined && value.some((part) => typeof part !== 'string')) return undefined;
    const literal = other ?? literalOf(typeof right === 'string' ? value.join('') : right);
    const predicate = OPERATIONS[operation];
    return predicate?.(`$${path.path}`, literal);
  }

  private merge(node: Node): Step {
    const mode = textOf(node.parameters.mode) ?? 'append';
    if (mode !== 'passThrough' && mode !== 'chooseBranch') {
      this.target.leave(node.at, {
        what: `${node.name} merges items (${mode})`,
        why: 'steps share no items: a step reads each output by its name',
        instead: 'Read both: { a: $first.data, b: $second.data }.',
      });
    }
    return this.flow.add(node.name, { type: 'condition' });
  }

  private wait(node: Node): Step {
    const { parameters, name } = node;
    const resume = textOf(parameters.resume) ?? 'timeInterval';
    if (resume === 'specificTime') {
      return this.flow.add(name, {
        type: 'timer',
        until: paramOf(this.text(node, parameters.dateTime)),
      });
    }
    if (resume === 'timeInterval') {
      const unit = { seconds: 1, minutes: 60, hours: 3600, days: 86400 }[
        textOf(parameters.unit) ?? 'hours'
      ];
      return this.flow.add(name, {
        type: 'timer',
        wait: seconds(Number(parameters.amount ?? 1) * (unit ?? 3600)),
      });
    }
    this.target.leave(node.at, {
      what: `${name} waits for a ${resume}`,
      why: 'there is no address of its own',
      instead: `Send the signal: pgwave signal RUN ${kebabCase(name)}.`,
    });
    return this.flow.add(name, { type: 'signal', signal: kebabCase(name) });
  }

  private set(node: Node): Step {
    const { parameters } = node;
    const fields: Json = {};
    for (const each of recordsOf(at(parameters, 'assignments', 'assignments'))) {
      fields[textOf(each.name) ?? 'value'] = each.value;
    }
    for (const list of Object.values(recordOf(parameters.values))) {
      for (const each of recordsOf(list)) fields[textOf(each.name) ?? 'value'] = each.value;
    }
    if (Object.keys(fields).length === 0 && parameters.jsonOutput !== undefined)
      fields.json = parameters.jsonOutput;
    this.target.leave(node.at, {
      what: `${node.name} sets fields`,
      why: 'a step that only makes data is a function',
      instead:
        'Write the function set-fields, which returns its params; or read the values where they are used.',
    });
    return this.flow.add(node.name, {
      type: 'function',
      handler: 'set-fields',
      ...this.own(this.params(node, fields) as Json),
    });
  }

  private http(node: Node): Step {
    const { parameters, name } = node;
    const slots = new Slots();
    const write = (value: unknown) => slots.write(this.text(node, value));
    const pairs = (value: unknown): [string, string][] =>
      recordsOf(at(value, 'parameters')).map((each) => [
        textOf(each.name) ?? '',
        write(each.value),
      ]);
    const query = pairs(parameters.queryParameters).map(
      ([key, value]) => `${encodeURIComponent(key)}=${value}`,
    );
    const headers = Object.fromEntries(pairs(parameters.headerParameters));
    const method = (textOf(parameters.method ?? parameters.requestMethod) ?? 'GET').toUpperCase();
    const url = `${write(parameters.url)}${query.length === 0 ? '' : `?${query.join('&')}`}`;
    let body: unknown = pairs(parameters.bodyParameters);
    body = (body as []).length === 0 ? undefined : Object.fromEntries(body as [string, string][]);
    if (typeof parameters.jsonBody === 'string')
      body = this.jsonBody(node, parameters.jsonBody, write);
    const http = {
      url,
      ...(method === 'GET' && !body ? {} : { method }),
      ...(Object.keys(headers).length ? { headers } : {}),
      ...(body === undefined ? {} : { body }),
    };
    if (!/^https?:\/\/[^{}/]+/.test(url)) {
      return this.flow.add(name, {
        ...this.target.placeholder(
          node.at,
          name,
          'its host is data',
          'Write an http actor with allowed_hosts, or the function.',
        ),
        params: { url: paramOf(this.text(node, parameters.url)), ...slots.params },
      });
    }
    return this.flow.add(name, { http, ...this.own(slots.params) });
  }

  private jsonBody(node: Node, given: string, write: (value: unknown) => string): unknown {
    try {
      const read = (value: unknown): unknown =>
        typeof value === 'string'
          ? write(`=${value}`)
          : Array.isArray(value)
            ? value.map(read)
            : isRecord(value)
              ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read(each)]))
              : value;
      return read(JSON.parse(given.replace(/^=/, '')));
    } catch {
      this.target.leave(`${node.at}/parameters/jsonBody`, {
        what: `the body of ${node.name}`,
        why: 'it is no JSON before its expressions are put in',
        instead: 'Write body: { … } with {{ name }} of params.',
      });
      return undefined;
    }
  }

  /** The model that a node uses, and what it is asked. */
  private ask(node: Node): Step {
    const { parameters, name, source } = node;
    const helpers = [...this.nodes.values()].filter((each) =>
      Object.entries(recordOf(at(this.source.connections, each.name))).some(
        ([kind, ends]) =>
          kind.startsWith('ai_') && JSON.stringify(ends).includes(JSON.stringify(name)),
      ),
    );
    for (const helper of helpers.filter(({ kind }) => !/^lm/.test(kind))) {
      this.target.leave(helper.at, {
        what: `${helper.name} (${helper.kind}) of ${name}`,
        why: 'tools, memories, and parsers are fields of the actor or the step',
        instead:
          'Give the model tools, or the step an output contract: docs/recipes/model-servers.md.',
      });
    }
    const model = [node, ...helpers]
      .map(
        ({ parameters: own }) =>
          textOf(at(own, 'model', 'value')) ??
          textOf(at(own, 'modelId', 'value')) ??
          textOf(own.model),
      )
      .find(Boolean);
    if (model === undefined) {
      this.target.leave(node.at, {
        what: `the model of ${name}`,
        why: 'the file does not name one',
        instead: 'Write its name into the actor.',
      });
    }
    const message = recordsOf(at(parameters, 'messages', 'values')).map(
      (each) => each.content ?? each.message,
    );
    const asked = parameters.text ?? parameters.prompt ?? message[0];
    const system =
      at(parameters, 'options', 'systemMessage') ??
      at(parameters, 'messages', 'messageValues', 0, 'message');
    const before = this.pathOf(this.sourceOf(name), '');
    const prompt =
      asked === undefined
        ? promptOf(before === undefined ? [] : [{ path: before }])
        : promptOf(this.text(node, asked));
    return this.flow.add(textOf(source.name) ?? name, {
      actor: this.target.model(model ?? 'model'),
      ...(textOf(system) ? { system: promptOf(this.text(node, system)) } : {}),
      prompt: prompt.trim() === '' ? 'Answer.' : prompt,
    });
  }
}

/** `["a"]` as `.a`. */
const dotted = (fields: string): string => fields.replaceAll(/\["(\w+)"\]/g, '.$1');

const equal = (a: string, b: string) => `${a} == ${b}`;
const unequal = (a: string, b: string) => `${a} != ${b}`;
const OPERATIONS: Record<string, (left: string, right: string) => string> = {
  equal,
  equals: equal,
  notEqual: unequal,
  notEquals: unequal,
  true: (a) => `${a} == true`,
  false: (a) => `${a} == false`,
  smaller: (a, b) => `${a} < ${b}`,
  lt: (a, b) => `${a} < ${b}`,
  smallerEqual: (a, b) => `${a} <= ${b}`,
  lte: (a, b) => `${a} <= ${b}`,
  larger: (a, b) => `${a} > ${b}`,
  gt: (a, b) => `${a} > ${b}`,
  largerEqual: (a, b) => `${a} >= ${b}`,
  gte: (a, b) => `${a} >= ${b}`,
  exists: (a) => `exists(${a})`,
  notExists: (a) => `!exists(${a})`,
  isEmpty: (a) => `!exists(${a}) || ${a} == "" || ${a} == null`,
  notEmpty: (a) => `exists(${a}) && ${a} != "" && ${a} != null`,
  startsWith: (a, b) => `${a} starts with ${b}`,
  contains: (a, b) => `${a} like_regex ${escaped(b)}`,
  notContains: (a, b) => `!(${a} like_regex ${escaped(b)})`,
};
const escaped = (literal: string): string =>
  JSON.stringify(
    String(JSON.parse(literal.startsWith('"') ? literal : JSON.stringify(literal))).replaceAll(
      /[.*+?^${}()|[\]\\]/g,
      '\\$&',
    ),
  );
