import fs from 'node:fs';
import path from 'node:path';
import {
  type Document,
  isMap,
  LineCounter,
  type Node,
  parseAllDocuments,
  parseDocument,
  visit,
} from 'yaml';
import { PgwaveError } from '../errors.ts';
import { ExactNumber, parseExactly } from '../exact-json.ts';
import { readTextFile } from '../read-text.ts';
import type { DefinitionFault } from './faults.ts';
import { type FilePosition, pointerParts, positionOf } from './yaml-positions.ts';

type JsonObject = Record<string, unknown>;

/** An actor, a prompt, or a workflow as a file defines it. */
export interface Definition {
  kind: 'actor' | 'prompt' | 'workflow';
  /** Its name, where it has one. */
  name: string | undefined;
  value: unknown;
  file: string;
  /** Where a JSON pointer into `value` stands in the file. */
  locate(pointer: string): FilePosition | undefined;
}

/** Everything that files define, and what is wrong with the files themselves. */
export interface ReadDefinitions {
  definitions: Definition[];
  faults: DefinitionFault[];
}

/** A document of a file: its value, and where its parts stand. */
export interface ReadDocument {
  value: unknown;
  locate(parts: readonly string[]): FilePosition | undefined;
}

/** Keys of a file besides those of the one workflow that it may be. */
const LISTS = ['actors', 'prompts', 'workflows'];

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads YAML and JSON files. Never throws: what cannot be read is a fault. */
export function readDefinitionFiles(
  files: readonly string[],
  options: { cwd?: string } = {},
): ReadDefinitions {
  const cwd = options.cwd ?? process.cwd();
  const definitions: Definition[] = [];
  const faults: DefinitionFault[] = [];
  for (const file of new Set(files)) {
    const found = readDocuments(file, cwd, faults).flatMap((document) =>
      definitionsOf(withoutAnchors(document), file, faults),
    );
    for (const definition of found) resolveScriptsFolder(definition, cwd);
    definitions.push(...found);
  }
  faults.push(...duplicates(definitions));
  return { definitions, faults };
}

/** Without the keys x-… of its top, which hold what aliases stand for. */
function withoutAnchors(document: ReadDocument): ReadDocument {
  if (!isObject(document.value)) return document;
  const kept = Object.entries(document.value).filter(([key]) => !key.startsWith('x-'));
  return { ...document, value: Object.fromEntries(kept) };
}

/** The documents of a YAML or JSON file; what cannot be read is added to the faults. */
export function readDocuments(
  file: string,
  cwd: string,
  faults: DefinitionFault[],
): ReadDocument[] {
  const fault = (code: string, message: string, hint?: string, position?: FilePosition) => {
    faults.push({
      file,
      ...position,
      code,
      pointer: '',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
    return [];
  };
  const ending = path.extname(file).toLowerCase();
  if (ending === '.sql') {
    return fault(
      'sql_file',
      'apply does not run SQL.',
      `Run it with psql: psql "$DATABASE_URL" -f ${file}`,
    );
  }
  if (file !== '-' && !['.yaml', '.yml', '.json'].includes(ending)) {
    return fault(
      'unknown_file',
      'The file is neither YAML nor JSON.',
      'Give .yaml, .yml or .json files, or - for stdin.',
    );
  }
  let text: string;
  try {
    text = readTextFile(file === '-' ? file : path.resolve(cwd, file));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof PgwaveError) return fault('not_utf8', message, error.hint);
    return code === 'ENOENT'
      ? fault('no_such_file', 'File not found.', `Looked in ${cwd}.`)
      : fault('unreadable_file', `The file cannot be read: ${message}`);
  }
  if (ending === '.json') return readJson(text, fault);

  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    prettyErrors: false,
    // What it would warn of is a fault here.
    logLevel: 'error',
    merge: true,
  });
  const read: ReadDocument[] = [];
  for (const document of 'empty' in documents ? [] : documents) {
    for (const error of document.errors) {
      const { line, col } = counter.linePos(error.pos[0]);
      fault('bad_yaml', error.message, undefined, { line, column: col });
    }
    if (document.errors.length > 0 || document.contents === null) continue;
    const unquoted = unquotedTemplates(document, counter);
    for (const position of unquoted) {
      fault(
        'unquoted_template',
        '{{ … }} outside of quotes is a YAML mapping, not a text.',
        'Put it in quotes: "{{ extract.response }}", or use $extract.response in params.',
        position,
      );
    }
    const senseless = senselessNodes(document);
    for (const { node, message, hint } of senseless) {
      const { line, col } = counter.linePos(node.range?.[0] ?? 0);
      fault('bad_yaml', message, hint, { line, column: col });
    }
    if (unquoted.length > 0 || senseless.length > 0) continue;
    try {
      keepNumbers(document);
      read.push({ value: document.toJS(), locate: locator(document, counter) });
    } catch (error) {
      fault('bad_yaml', (error as Error).message); // an alias that expands without end
    }
  }
  if (read.length === 0 && !faults.some((known) => known.file === file)) {
    fault(
      'empty_file',
      'The file defines nothing.',
      'Give actors, or a workflow: name and conversations.',
    );
  }
  return read;
}

/** What YAML can say and JSON cannot: numbers without end, and an alias inside of what it stands for. */
function senselessNodes(document: Document): { node: Node; message: string; hint: string }[] {
  const found: { node: Node; message: string; hint: string }[] = [];
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== 'number' || Number.isFinite(node.value)) return;
      const message = `${node.source} is not a number that JSON has.`;
      found.push({ node, message, hint: 'Write a number, or a text in quotes.' });
    },
    Alias(_, node, path) {
      const target = node.resolve(document);
      if (target === undefined || !path.includes(target)) return;
      const message = `The alias *${node.source} stands inside of its own anchor.`;
      found.push({ node, message, hint: 'Move the alias out of the part that &name marks.' });
    },
  });
  return found;
}

/** Keeps numbers of YAML as they were written, if JavaScript would write them otherwise. Keys are texts. */
function keepNumbers(document: Document): void {
  visit(document, {
    Scalar(key, node) {
      const { source = '', value } = node;
      if (typeof value !== 'number' || String(value) === source) return;
      if (key === 'key') node.value = source;
      else if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(source)) {
        node.value = new ExactNumber(source);
      } else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
        node.value = new ExactNumber(String(BigInt(source.replace(/^\+/, ''))));
      }
    },
  });
}

function readJson(
  text: string,
  fault: (code: string, message: string, hint?: string, position?: FilePosition) => never[],
): ReadDocument[] {
  const counter = new LineCounter();
  // For the positions only; YAML is stricter than JSON about tabs, so its complaints do not count.
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  try {
    const value = parseExactly(text);
    const doubled = document.errors.find(({ code }) => code === 'DUPLICATE_KEY');
    if (doubled === undefined) return [{ value, locate: locator(document, counter) }];
    const { line, col } = counter.linePos(doubled.pos[0]);
    const hint = 'Remove one of them, or give it another name.';
    return fault('bad_json', 'An object has the same key twice.', hint, { line, column: col });
  } catch (error) {
    const { line, col } = counter.linePos(faultOffset(text));
    const message = (error as Error).message.replace(/, (\.\.\.)?"[\s\S]*is not valid JSON$/, '');
    return fault('bad_json', message, undefined, line === 0 ? undefined : { line, column: col });
  }
}

/** Where JSON stops being JSON. V8 says so in some of its messages only, so the shortest text with a fault is looked for. */
function faultOffset(text: string): number {
  const isFaulty = (length: number): boolean => {
    try {
      JSON.parse(text.slice(0, length));
      return false;
    } catch (error) {
      const { message } = error as Error;
      const position = /at position (\d+)/.exec(message)?.[1];
      // At the end of what there is: more might mend it.
      return position === undefined
        ? !message.startsWith('Unexpected end')
        : Number(position) < length;
    }
  };
  if (!isFaulty(text.length)) return text.length;
  let [sound, faulty] = [0, text.length];
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >> 1;
    if (isFaulty(middle)) faulty = middle;
    else sound = middle;
  }
  return faulty - 1;
}

/** Mappings whose key is a mapping, which is what YAML makes of `{{ x }}`. */
function unquotedTemplates(document: Document, counter: LineCounter): FilePosition[] {
  const found: FilePosition[] = [];
  visit(document, {
    Pair(_, { key }) {
      if (!isMap(key)) return undefined;
      const { line, col } = counter.linePos((key.range?.[0] ?? 1) - 1);
      found.push({ line, column: col });
      return visit.SKIP;
    },
  });
  return found;
}

function locator(document: Document, counter: LineCounter) {
  return (parts: readonly string[]) => positionOf(document, counter, parts);
}

function definitionsOf(
  document: ReadDocument,
  file: string,
  faults: DefinitionFault[],
): Definition[] {
  const { value, locate } = document;
  const fault = (code: string, parts: string[], message: string, hint?: string) => {
    faults.push({
      file,
      ...locate(parts),
      code,
      pointer: parts.map((part) => `/${part}`).join(''),
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  };
  const define = (
    kind: Definition['kind'],
    definition: unknown,
    base: readonly string[],
  ): Definition => ({
    kind,
    name: isObject(definition) && typeof definition.name === 'string' ? definition.name : undefined,
    value: definition,
    file,
    locate: (pointer) => locate([...base, ...pointerParts(pointer)]),
  });
  if (!isObject(value)) {
    fault(
      'wrong_type',
      [],
      'The file must hold an object.',
      'Give actors, prompts, workflows, or one workflow.',
    );
    return [];
  }
  const found: Definition[] = [];
  for (const [key, kind] of [
    ['actors', 'actor'],
    ['prompts', 'prompt'],
    ['workflows', 'workflow'],
  ] as const) {
    if (!(key in value)) continue;
    const list = value[key];
    if (Array.isArray(list)) {
      for (const [index, item] of list.entries()) {
        found.push(define(kind, item, [key, String(index)]));
        if (kind === 'prompt') checkPrompt(item, [key, String(index)], fault);
      }
    } else fault('wrong_type', [key], `${key} must be a list.`, `Write each ${kind} with a dash.`);
  }
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !LISTS.includes(key)));
  if (Object.keys(rest).length > 0) {
    // One key alone that no workflow could do with is a slip, and not a workflow without a name.
    const looksLikeWorkflow = ['name', 'conversations', 'steps'].some((key) => key in rest);
    if (looksLikeWorkflow) found.push(define('workflow', rest, []));
    else {
      for (const key of Object.keys(rest)) {
        fault(
          'unknown_field',
          [key],
          `Unknown field ${key} in a file.`,
          'A file holds actors, prompts, workflows, or the fields of one workflow.',
        );
      }
    }
  }
  return found;
}

type FaultOf = (code: string, parts: string[], message: string, hint?: string) => void;

/** The fields of a prompt in a file; `define_prompt` and `label_prompt` check what they hold. */
function checkPrompt(value: unknown, at: string[], fault: FaultOf): void {
  if (!isObject(value)) {
    fault('wrong_type', at, 'A prompt must be an object.', 'Give {name, text, labels}.');
    return;
  }
  for (const key of Object.keys(value)) {
    if (['name', 'text', 'labels'].includes(key)) continue;
    const message = `Unknown field ${key} in a prompt.`;
    fault('unknown_field', [...at, key], message, 'A prompt has name, text, and labels.');
  }
  const { labels = [] } = value;
  if (Array.isArray(labels) && labels.every((label) => typeof label === 'string')) return;
  fault('wrong_type', [...at, 'labels'], 'labels must be a list of texts.');
}

/** A relative scripts folder means: from here, else from the file or a folder above it. A worker elsewhere gets it whole. */
function resolveScriptsFolder(definition: Definition, cwd: string): void {
  if (!isObject(definition.value)) return;
  const resolve = (scripts: unknown) => resolveFolder(scripts, definition.file, cwd);
  if (definition.kind === 'prompt') return;
  if (definition.kind === 'actor') {
    if ('scripts' in definition.value)
      definition.value = { ...definition.value, scripts: resolve(definition.value.scripts) };
    return;
  }
  const fields = Object.entries(definition.value).map(([field, value]) => [
    field,
    ['conversations', 'steps'].includes(field) && Array.isArray(value)
      ? value.map((each) => (isObject(each) ? withFolder(each, resolve) : each))
      : value,
  ]);
  definition.value = Object.fromEntries(fields);
}

/** A conversation that runs a script of its own: the command alone means one in the folder scripts. */
function withFolder(
  conversation: Record<string, unknown>,
  resolve: (scripts: unknown) => unknown,
): Record<string, unknown> {
  const { script } = conversation;
  const fields =
    typeof script === 'string' && script.trim() !== ''
      ? { command: script.trim().split(/\s+/) }
      : script;
  if (!isObject(fields)) return conversation;
  return {
    ...conversation,
    script: { ...fields, scripts: resolve('scripts' in fields ? fields.scripts : 'scripts') },
  };
}

function resolveFolder(scripts: unknown, file: string, cwd: string): unknown {
  if (typeof scripts !== 'string' || scripts === '' || path.isAbsolute(scripts)) return scripts;
  const beside = path.dirname(path.resolve(cwd, file));
  const folders = [cwd];
  for (let folder = beside; ; folder = path.dirname(folder)) {
    folders.push(folder);
    if (folder === path.dirname(folder)) break;
  }
  const found = folders
    .map((folder) => path.resolve(folder, scripts))
    .find((folder) => fs.existsSync(folder));
  return found ?? path.resolve(beside, scripts);
}

function duplicates(definitions: Definition[]): DefinitionFault[] {
  const first = new Map<string, Definition>();
  return definitions.flatMap((definition) => {
    const { kind, name, file } = definition;
    if (name === undefined) return [];
    const known = first.get(`${kind} ${name}`);
    if (known === undefined) {
      first.set(`${kind} ${name}`, definition);
      return [];
    }
    const line = known.locate('/name')?.line;
    return [
      {
        file,
        ...definition.locate('/name'),
        subject: `${kind} ${name}`,
        code: 'duplicate_name',
        pointer: '/name',
        message: `The ${kind} ${name} is defined twice.`,
        hint: `The first is in ${known.file}${line === undefined ? '' : `:${line}`}.`,
      },
    ];
  });
}
