// The rules of the texts that a user reads, and how they are cut into sentences. A span of code counts as one word.
import MarkdownIt from 'markdown-it';

export interface Sentence {
  line: number;
  text: string;
}

/** A span of code, as the rules see it. */
const CODE = '\u{E000}';
/** Code, and addresses of links: no prose. */
const NO_PROSE = /(`+)(?!`).+?(?<!`)\1(?!`)|(?<=\])\([^)\s]*\)/gs;
const MAXIMUM_WORDS = 25;

const isWord = (text: string): boolean => /[\p{L}\p{N}\u{E000}]/u.test(text);

const without =
  (pattern: RegExp) =>
  (text: string): boolean =>
    !pattern.test(text);

/** Name of a rule: does a sentence keep it? */
export const rules: Record<string, (text: string) => boolean> = {
  [`at most ${MAXIMUM_WORDS} words`]: (text) =>
    text.split(/\s+/).filter(isWord).length <= MAXIMUM_WORDS,
  // a place is looked for, shown or known; "Where state lives" is a heading
  'if or when, not where': without(
    /(?<!^|\b(?:from|to|shows?|sees?|finds?|knows?|names?) )\bwhere\b(?! to\b)|^where (?!to\b).*,/is,
  ),
  'for example': without(/\bfor instance\b|\bsuch as\b/i),
  'nothing is simple': without(/\b(?:simply|just)\b/i),
  'verb, not is none': without(/\b(?:is|are) none\b/i),
  'who does it, not there is': without(/\bthere (?:is|are) (?:no\b|none\b|\S+,)/i),
  'show or print, not say or tell': without(/\b(?:says?|said|tells?|told)\b/i),
  'maximum, not most': without(/(?<!\bat )\bmost\b(?! frequent)/i),
  'must, not is to': without(/\b(?:is|are|was|were) to (?!the\b|an?\b)[a-z]/i),
  'no exclamation mark': without(/!(?!\[)/), // a picture begins with one
  'American English': without(
    /\b(?:(?:authori|canonicali|categori|customi|emphasi|finali|generali|initiali|materiali|maximi|minimi|normali|optimi|organi|prioriti|recogni|seriali|speciali|standardi|summari|synchroni|tokeni|utili|visuali)s(?:e[ds]?|ing|ations?)|analys(?:e[ds]?|ing)|(?:behavi|col|fav|hon|lab|neighb)our\w*|centre|licence|defence|artefacts?|grey)\b/i,
  ),
};

/** The names of the rules that a sentence breaks. */
export function findFaults(sentence: string): string[] {
  const text = sentence.replace(NO_PROSE, (part) => (part.startsWith('`') ? CODE : ''));
  return Object.keys(rules).filter((rule) => !rules[rule]?.(text));
}

/** A sentence ends at a full stop, a question or exclamation mark, or with its block. */
export function splitSentences(text: string, line = 1): Sentence[] {
  const masked = text.replace(NO_PROSE, (part) => CODE.repeat(part.length));
  const ends = [...masked.matchAll(/(?<!\b(?:e\.g|i\.e|vs|etc))[.?!]["”’')*_]*(?=\s|$)/g)].map(
    ({ index, 0: end }) => index + end.length,
  );
  const sentences: Sentence[] = [];
  let start = 0;
  for (const end of [...ends, text.length]) {
    const piece = text.slice(start, end);
    const lead = piece.length - piece.trimStart().length;
    const before = text.slice(0, start + lead).split('\n').length - 1;
    if (piece.trim() !== '') sentences.push({ line: line + before, text: piece.trim() });
    start = end;
  }
  return sentences;
}

/** The sentences of headings, paragraphs, list items and cells; fenced code and HTML are left out. */
export function readMarkdown(source: string): Sentence[] {
  let line = 1;
  return new MarkdownIt({ html: true }).parse(source, {}).flatMap(({ type, content, map }) => {
    if (map !== null) line = map[0] + 1;
    return type === 'inline' ? splitSentences(content, line) : [];
  });
}
