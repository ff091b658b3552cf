import { createHash } from 'node:crypto';
import type { BehaviourFile } from './load-sql.ts';
import { splitSql } from './split-sql.ts';

/**
 * What a statement of `sql/` makes, and whether it can be made anew by itself:
 * `function`, with its comment; `view`, if it keeps its columns; `trigger`; `comment`; `grant` of functions; `always`, what
 * is done to functions after all of them; `other`, what only loading everything can undo.
 */
type Kind = 'function' | 'view' | 'trigger' | 'comment' | 'grant' | 'always' | 'other';

/** One or two statements that stand or fall together, with the name by which they are found again. */
export interface Part {
  kind: Kind;
  key: string;
  file: BehaviourFile;
  statements: { text: string; start: number }[];
}

/** What has to be done to come from what is loaded to what the files say. */
export interface Changes {
  run: Part[];
  /** Statements that remove what the files no longer make, after all has run. */
  drop: string[];
  /** All grants of functions, if these have to be given anew. */
  grant: Part[];
  always: Part[];
}

/** Done to every function that asks for it, so again after some were replaced. */
const ALWAYS = new Set(['access/search_paths.sql', 'access/planner.sql']);

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

function partOf(
  file: BehaviourFile,
  statement: { text: string; start: number },
  next: string,
): Part {
  const { text } = statement;
  const part = (kind: Kind, key: string): Part => ({ kind, key, file, statements: [statement] });
  if (ALWAYS.has(file.path)) return part('always', `${file.path}: ${squeeze(text)}`);
  const made = /^create or replace (function|view) ([\w.]+)/.exec(text);
  if (made?.[1] === 'view') return part('view', `view ${made[2]}`);
  if (made !== null) {
    // Its comment names it with the types of its parameters.
    const named = /^comment on function ([\w.]+)(\([^)]*\)) is/.exec(next);
    if (named?.[1] === made[2]) return part('function', `function ${named?.[1]}${named?.[2]}`);
  }
  const trigger = /^create (?:constraint )?trigger (\w+)\s[^;]*?\son ([\w.]+)/.exec(text);
  if (trigger !== null) return part('trigger', `trigger ${trigger[1]} on ${trigger[2]}`);
  const comment = /^comment on (.+?) is\s/s.exec(text);
  if (comment !== null) return part('comment', `comment on ${squeeze(comment[1] as string)}`);
  if (/^(grant execute on function|revoke all on all functions)\s/.test(text)) {
    return part('grant', squeeze(text));
  }
  return part('other', `${file.path}: ${squeeze(text)}`);
}

/** The parts of all files, in reading order; undefined if two have the same name. */
export function readParts(files: BehaviourFile[]): Part[] | undefined {
  const parts: Part[] = [];
  for (const file of files) {
    const statements = splitSql(file.text);
    for (const [index, statement] of statements.entries()) {
      const before = parts.at(-1);
      const part = partOf(file, statement, statements[index + 1]?.text ?? '');
      if (part.kind === 'comment' && part.key === `comment on ${before?.key}`) {
        before?.statements.push(statement);
      } else parts.push(part);
    }
  }
  const keys = new Set(parts.map(({ key }) => key));
  return keys.size === parts.length ? parts : undefined;
}

/** What is recorded of parts: a digest for each name. */
export function digestParts(parts: Part[]): Record<string, string> {
  return Object.fromEntries(
    parts.map(({ key, statements }) => [
      key,
      createHash('sha256')
        .update(statements.map(({ text }) => text).join(';\n'))
        .digest('base64url'),
    ]),
  );
}

const DROPPABLE = /^(function|trigger) /;

/**
 * Compares what is recorded with what the files say. Returns what has to be done, or undefined if only loading everything
 * leads there: a view that comes or goes, policies, grants of tables.
 */
export function compareParts(loaded: Record<string, string>, parts: Part[]): Changes | undefined {
  const digests = digestParts(parts);
  const grants = parts.filter(({ kind }) => kind === 'grant');
  const isGrant = (key: string) => /^(grant|revoke) /.test(key);
  const gone = Object.keys(loaded).filter((key) => digests[key] === undefined && !isGrant(key));
  const run = parts.filter(({ key, kind }) => kind !== 'grant' && digests[key] !== loaded[key]);
  const isNew = ({ key }: Part) => loaded[key] === undefined;
  if (!gone.every((key) => DROPPABLE.test(key))) return undefined;
  if (run.some((part) => /^(always|other)$/.test(part.kind))) return undefined;
  if (run.some((part) => part.kind === 'view' && isNew(part))) return undefined;
  const functions = gone.filter((key) => key.startsWith('function '));
  const grantsDiffer =
    grants.some(isNew) ||
    Object.keys(loaded).some((key) => isGrant(key) && digests[key] === undefined);
  return {
    run,
    drop: [
      ...gone.filter((key) => key.startsWith('trigger ')).map((key) => `drop ${key}`),
      ...(functions.length > 0
        ? [`drop function ${functions.map((key) => key.slice('function '.length)).join(', ')}`]
        : []),
    ],
    grant:
      grantsDiffer || run.some((part) => part.kind === 'function' && isNew(part)) ? grants : [],
    always: parts.filter(({ kind }) => kind === 'always'),
  };
}
