import { contentWords } from './text.ts';

/** One thing that a goal wants done. */
export interface Clause {
  text: string;
  /** A name for its step. */
  name: string;
  /** What is to be done, as a concept. */
  action: string;
  /** All that it speaks of; words that mean the same here are one concept. */
  concepts: Set<string>;
  /** How many are wanted: "the top 5". */
  count: number | undefined;
  /** Which rows are meant. */
  where: RowChoice;
}

/** Rows of a time, and how many. */
export interface RowChoice {
  time?: string;
  /** The word that says what happened then: fetched, posted. */
  happened?: string;
  limit?: number;
}

const synonyms: [concept: string, words: RegExp][] = [
  ['posting', /^(?:job|posting|vacanc|role|position|opening|advert)/],
  ['profile', /^(?:candidate|profile|applicant|resume|cv$|cvs$|employee)/],
  ['skill', /^skill|^competenc/],
  ['match', /^match|^shortlist|^rank|^compare/],
  ['extract', /^extract|^identif/],
  ['summary', /^summar/],
  ['analyse', /^analy[sz]|^judg|^assess|^evaluat|^genuine|^score/],
  ['import', /^import|^ingest/],
  ['translate', /^translat/],
  ['report', /^report/],
];
const actions =
  'extract|identify|summari[sz]e|analy[sz]e|judge|assess|evaluate|match|shortlist|rank|compare|import|ingest|translate|report|write|list|find|classify|draft|grade|score|count|describe|review|tag';
const notNames = new Set(['top', 'best', 'each', 'every', 'today', 'yesterday']);

/** The concepts of a text: its words, those that mean the same made one, plurals too. */
export function conceptsOf(text: string): Set<string> {
  return new Set(contentWords(text.replace(/[_-]/g, ' ')).map(conceptOf));
}

function conceptOf(word: string): string {
  const known = synonyms.find(([, words]) => words.test(word));
  return known?.[0] ?? word.replace(/(?:ies|es|s|ing|ed|e)$/, '');
}

/** The clauses of a goal, in order: at "then", at full stops, and before a further verb. */
export function readGoal(goal: string): Clause[] {
  const boundary = new RegExp(
    `[.;]\\s+|[,;]?\\s*\\b(?:and\\s+)?then\\b,?\\s*|,?\\s+and\\s+(?=(?:${actions})\\b)|,\\s+(?=(?:${actions})\\b)`,
    'i',
  );
  const texts = goal
    .split(boundary)
    .map((text) =>
      text
        .replace(/\s+/g, ' ')
        .replace(/^\s*(?:(?:please|first|finally|next|now|also)\b,?\s*)+/i, '')
        .replace(/[\s.,;]+$/, '')
        .trim(),
    )
    .filter((text) => /[a-z]/i.test(text))
    .slice(0, 10);
  return texts.map((text) => readClause(text));
}

function readClause(text: string): Clause {
  const words = contentWords(text.replace(/[^\p{L}\p{N}\s]/gu, ' ')).filter(
    (word) => !notNames.has(word),
  );
  const verb = new RegExp(`^(?:${actions})$`, 'i');
  const first = words.find((word) => verb.test(word)) ?? words[0] ?? 'answer';
  const object = words[words.indexOf(first) + 1];
  const name = [first, object]
    .map((word) => word?.replace(/[^a-z0-9]/g, ''))
    .filter(Boolean)
    .join('_');
  const count = /\b(?:top|best|first)\s+(\d{1,4})\b/i.exec(text)?.[1];
  return {
    text,
    name: /^[a-z]/.test(name) ? name.slice(0, 40) : 'answer',
    action: conceptOf(first),
    concepts: conceptsOf(text),
    count: count === undefined ? undefined : Number(count),
    where: readChoice(text),
  };
}

function readChoice(text: string): RowChoice {
  const happened =
    /\b(fetched|imported|created|added|posted|published|received|updated|changed)\b/i.exec(text);
  const days = /\blast (\d{1,3}) days\b/i.exec(text)?.[1];
  const times: [RegExp, string][] = [
    [/\btoday('s)?\b/i, '>= current_date'],
    [/\byesterday('s)?\b/i, 'between current_date - 1 and current_date'],
    [/\bthis week\b/i, ">= date_trunc('week', now())"],
    [/\bthis month\b/i, ">= date_trunc('month', now())"],
  ];
  const time =
    days === undefined
      ? times.find(([words]) => words.test(text))?.[1]
      : `>= current_date - ${days}`;
  const limit = /\b(?:first|latest|newest)\s+(\d{1,4})\b/i.exec(text)?.[1];
  return {
    ...(time === undefined ? {} : { time }),
    ...(happened?.[1] === undefined ? {} : { happened: happened[1].toLowerCase() }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}
