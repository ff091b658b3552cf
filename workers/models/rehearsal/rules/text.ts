import { createHash } from 'node:crypto';

/** A number from 0 to 2³² − 1 that is always the same for a text. */
export function hashText(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Tokens of a text, by the rule of thumb of 1.3 a word. */
export function countTokens(text: string): number {
  return Math.ceil((text.match(/\S+/g)?.length ?? 0) * 1.3);
}

export function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}'’+#-]*/gu) ?? [];
}

const stopWords = new Set(
  `a about above across after all also am an and any are as at be been being both but by can could did do does each either
  etc for from further had has have he her his how i if in including into is it its may more most must new no nor not of off on
  one or other our out over own per s shall she should so some such than that the their them then there these they this those
  through to under up us very was we were what when where which while who will with within would you your`.split(
    /\s+/,
  ),
);

/** Words that carry meaning, in lower case, in order, with repetitions. */
export function contentWords(text: string): string[] {
  return words(text.toLowerCase()).filter((word) => word.length > 2 && !stopWords.has(word));
}

const abbreviation =
  /(?:\b(?:e\.g|i\.e|etc|inc|ltd|co|corp|llc|vs|mr|mrs|ms|dr|jr|sr|st|no|approx|dept|u\.s|a\.m|p\.m)|\b[A-Z])\.$/i;

/** Sentences and list items of a text, in order, without their bullets. Fragments of one or two words are left out. */
export function splitSentences(text: string): string[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    // Wrapped lines: the next one goes on in lower case, or the line was full.
    .replace(/(?<![.!?:;\s])[ \t]*\n(?=[a-z(])/g, ' ')
    .replace(/(^.{79,}[^.!?:;\s])[ \t]*\n(?=\w)/gm, '$1 ')
    .replace(/\s*[•·▪●■◦]+\s*/g, '\n')
    .replace(/(^|\s)[*–-]+\s+(?=[A-Z(])/g, '\n')
    // Postings that lost their line breaks: "with us.Team up", "Requirements:Bachelor", "environmentAdditionally".
    .replace(/([a-z)\d%][.!?])(?=[A-Z][a-z])/g, '$1\n')
    .replace(/([a-z]:)(?=[A-Z])/g, '$1\n')
    .replace(/(\s[a-z]{4,})(?=[A-Z][a-z]{3,})/g, '$1.\n')
    .split('\n');
  const sentences: string[] = [];
  for (const line of lines) {
    let open = '';
    for (const part of line.split(/(?<=[.!?]["')]?)\s+(?=["'(]?[A-Z0-9])/)) {
      open = open ? `${open} ${part}` : part;
      if (abbreviation.test(open)) continue;
      sentences.push(open);
      open = '';
    }
    if (open) sentences.push(open);
  }
  return sentences
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => words(sentence).length > (sentence.endsWith(':') ? 6 : 2));
}

/** A sentence with a capital at its beginning and a full stop at its end. */
export function finishSentence(text: string): string {
  const trimmed = text.trim().replace(/[\s,;:–-]+$/, '');
  const ended = /[.!?]["')]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
  return ended.charAt(0).toUpperCase() + ended.slice(1);
}

/** At most so many words of a sentence, cut at a comma where there is one in the second half. */
export function shorten(sentence: string, maxWords: number): string {
  const all = sentence.split(/\s+/);
  if (all.length <= maxWords) return sentence;
  const kept = all.slice(0, maxWords);
  const comma = kept.findLastIndex((word) => /[,;:]$/.test(word));
  const cut = comma >= maxWords / 2 ? kept.slice(0, comma + 1) : dropDangling(kept);
  return finishSentence(cut.join(' '));
}

function dropDangling(kept: string[]): string[] {
  const last = kept.findLastIndex((word) => !stopWords.has(word.toLowerCase()));
  return kept.slice(0, last + 1);
}

const numbers = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
];

/** A count that an instruction asks for: "in five sentences", "3 bullet points". */
export function askedCount(instruction: string, of: string): number | undefined {
  const found = new RegExp(`\\b(\\d{1,2}|${numbers.join('|')})\\s+(?:\\w+\\s+)?${of}`, 'i').exec(
    instruction,
  );
  if (!found?.[1]) return undefined;
  const index = numbers.indexOf(found[1].toLowerCase());
  return index >= 0 ? index : Number(found[1]);
}
