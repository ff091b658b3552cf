import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  Scalar,
  stringify,
} from 'yaml';
import { pointerParts, positionOf } from '../../../../src/definitions/yaml-positions.ts';

// A definition as text. Each change is made in the document behind the text, so comments and what nobody touched stay.

/** What a new workflow begins with. */
export const BLANK = `name: my-workflow
description: What it is for
conversations:
  - name: ask
    type: human
    prompt: Is this the answer?
`;

export interface Found {
  /** The JSON pointer of the part that is at fault. */
  path: string;
  line: number | undefined;
  code: string;
  message: string;
  hint: string | null | undefined;
}

/** A definition as YAML: the database keeps no order of fields, people begin with the name. */
export function writeDefinition(definition: unknown): string {
  const { name, description, ...rest } = (definition ?? {}) as Record<string, unknown>;
  return stringify(
    { name, ...(description != null && { description }), ...rest },
    { lineWidth: 0 },
  );
}

/** A definition that is typed: its value, what YAML says against it, and where its parts stand. */
export function readDefinition(text: string) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const faults = document.errors.map(
    (error): Found => ({
      path: '',
      line: counter.linePos(error.pos[0]).line,
      code: 'bad_yaml',
      message: error.message,
      hint: undefined,
    }),
  );
  const lineOf = (pointer: string) => positionOf(document, counter, pointerParts(pointer))?.line;
  const value = (faults.length > 0 ? undefined : document.toJS()) as unknown;
  return { document, value, faults, lineOf };
}

type Path = (string | number)[];

/** The way to a part in the document; `steps` is another word for conversations. */
function pathOf(document: Document, pointer: string): Path {
  const parts = pointerParts(pointer).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  if (parts[0] === 'conversations' && !document.has('conversations') && document.has('steps'))
    parts[0] = 'steps';
  return parts;
}

/** Changes the document behind a text; a text that is no YAML stays as it is. */
function change(text: string, make: (document: Document) => void): string {
  const { document, faults } = readDefinition(text);
  if (faults.length > 0) return text;
  make(document);
  return document.toString({ lineWidth: 0 });
}

const listOf = (document: Document): Path => pathOf(document, '/conversations');

/** What a part says. */
export function partOf(text: string, pointer: string): unknown {
  const { document, faults } = readDefinition(text);
  if (faults.length > 0) return undefined;
  const node = document.getIn(pathOf(document, pointer), true) as Node | undefined;
  return node?.toJS(document);
}

function put(document: Document, path: Path, value: unknown): void {
  const isNothing = value === undefined || value === '' || (Array.isArray(value) && !value.length);
  const old = document.getIn(path, true);
  if (isNothing) {
    if (old !== undefined) document.deleteIn(path);
  } else if (isScalar(old) && typeof value !== 'object') {
    old.value = value;
    // Quotes come where YAML needs them.
    const isLong = typeof value === 'string' && value.includes('\n');
    old.type = isLong ? Scalar.BLOCK_LITERAL : Scalar.PLAIN;
  } else {
    const node = document.createNode(value);
    if (isScalar(node) && typeof value === 'string' && value.includes('\n'))
      node.type = Scalar.BLOCK_LITERAL;
    document.setIn(path, node);
  }
}

/** Puts a value into a field of a part; nothing takes the field away. */
export const setField = (text: string, pointer: string, field: string, value: unknown): string =>
  change(text, (document) => put(document, [...pathOf(document, pointer), field], value));

const nameOf = (branch: unknown): unknown =>
  isScalar(branch) ? branch.value : isMap(branch) ? branch.get('to') : undefined;

/** Every list of branches, with the place where it stands. */
function branchLists(document: Document): Path[] {
  const list = document.getIn(listOf(document), true);
  return isSeq(list)
    ? list.items.flatMap((item, index) =>
        isMap(item) && item.has('branches') ? [[...listOf(document), index, 'branches']] : [],
      )
    : [];
}

/** Gives a conversation another name; branches that lead to it follow. */
export const renameConversation = (text: string, pointer: string, name: string): string =>
  change(text, (document) => {
    const path = pathOf(document, pointer);
    const old = document.getIn([...path, 'name']);
    put(document, [...path, 'name'], name);
    for (const list of branchLists(document)) {
      const branches = document.getIn(list, true);
      if (isScalar(branches) && branches.value === old) branches.value = name;
      if (!isSeq(branches)) continue;
      for (const branch of branches.items) {
        if (nameOf(branch) !== old) continue;
        if (isScalar(branch)) branch.value = name;
        else if (isMap(branch)) branch.set('to', name);
      }
    }
  });

/** Takes a part away, and what is empty without it. Of a conversation also the branches that lead to it. */
export const removePart = (text: string, pointer: string): string =>
  change(text, (document) => {
    const path = pathOf(document, pointer);
    const name = document.getIn([...path, 'name']);
    document.deleteIn(path);
    if (path.length === 2 && name !== undefined) {
      for (const list of branchLists(document).reverse()) {
        const branches = document.getIn(list, true);
        if (isScalar(branches) && branches.value === name) document.deleteIn(list);
        if (isSeq(branches)) branches.items = branches.items.filter((b) => nameOf(b) !== name);
      }
    }
    for (const list of [...branchLists(document), path.slice(0, -1)]) {
      const rest = document.getIn(list, true);
      if (list.length > 1 && isSeq(rest) && rest.items.length === 0) document.deleteIn(list);
    }
  });

/** Leads a branch from a conversation to another, by its name. */
function lead(document: Document, from: Path, to: string): void {
  const path = [...from, 'branches'];
  const branches = document.getIn(path, true);
  if (isSeq(branches)) branches.add(document.createNode(to));
  else document.setIn(path, document.createNode(isScalar(branches) ? [branches.value, to] : [to]));
}

export const connect = (text: string, from: string, to: string): string =>
  change(text, (document) => lead(document, pathOf(document, from), to));

/** Sets the fields of a branch; one that was a name alone becomes an object if it says more. */
export const setBranch = (text: string, pointer: string, fields: Record<string, unknown>): string =>
  change(text, (document) => {
    const path = pathOf(document, pointer);
    const branch = document.getIn(path, true);
    if (!isMap(branch)) document.setIn(path, document.createNode({ to: nameOf(branch) }));
    for (const [field, value] of Object.entries(fields)) put(document, [...path, field], value);
    const map = document.getIn(path, true);
    if (isMap(map) && map.items.length === 1 && map.has('to'))
      document.setIn(path, document.createNode(map.get('to')));
  });

/** Moves a part of a list by some places. Branches are looked at in their order. */
export const movePart = (text: string, pointer: string, by: number): string =>
  change(text, (document) => {
    const path = pathOf(document, pointer);
    const at = path.at(-1) as number;
    const list = document.getIn(path.slice(0, -1), true);
    if (!isSeq(list) || list.items[at + by] === undefined) return;
    const [part] = list.items.splice(at, 1);
    list.items.splice(at + by, 0, part);
  });

/** Adds a conversation at the end, under a name that nothing has; leads a branch to it where `from` is given. */
export function addConversation(
  text: string,
  body: Record<string, unknown>,
  from: string | undefined,
): { text: string; name: string } {
  const wanted =
    String(body.name ?? 'step')
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, '_')
      .replace(/^[^a-z]+/, '')
      .slice(0, 60) || 'step';
  let name = wanted;
  const changed = change(text, (document) => {
    const list = document.getIn(listOf(document), true);
    const taken = new Set(
      isSeq(list) ? list.items.map((item) => isMap(item) && item.get('name')) : [],
    );
    for (let n = 2; taken.has(name); n += 1) name = `${wanted}_${n}`;
    const node = document.createNode({ ...body, name });
    if (isSeq(list)) list.add(node);
    else document.setIn(['conversations'], document.createNode([node]));
    if (from !== undefined) lead(document, pathOf(document, from), name);
  });
  return { text: changed, name };
}
