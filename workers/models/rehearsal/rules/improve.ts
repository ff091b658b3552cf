import {
  guessTitle,
  isBoilerplate,
  isDuty,
  isRequirement,
  pickSentences,
  rankSentences,
} from './postings.ts';
import { instructionOf, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { askedCount, finishSentence, shorten, splitSentences, words } from './text.ts';

/**
 * A summary that says first which role it is, then what the person does, then what is required, in sentences of at most 32
 * words. It draws on the posting where the prompt has it, else on the old summary alone.
 */
export const improve: Rule = ({ prompt }) => {
  const { title, company, location, feedback = '' } = prompt.parts;
  const posting = prompt.parts.posting?.trim();
  const old = textOf(prompt, 'summary', 'posting');
  const source = posting || old;
  const count = askedCount(instructionOf(prompt), 'sentences?') ?? 5;
  const sentences = splitSentences(source)
    .filter((sentence) => !isBoilerplate(sentence))
    .flatMap((sentence) => splitLong(sentence));
  const scores = rankSentences(sentences);
  const pick = (test: (sentence: string) => boolean, number: number) =>
    pickSentences(
      sentences,
      number,
      scores.map((score, i) => (test(sentences[i] ?? '') ? score : -1)),
    ).filter(test);

  const opening = openingSentence(title ?? guessTitle(source), company, location);
  const requirements = pick((s) => isRequirement(s) && !isDuty(s), /requir/.test(feedback) ? 2 : 1);
  const duties = pick((s) => isDuty(s) && !requirements.includes(s), Math.max(1, count - 2));
  const body = [...duties.slice(0, count - 1 - requirements.length), ...requirements];
  const missing = count - 1 - body.length;
  const fill = missing > 0 ? pick((s) => !body.includes(s), missing) : [];
  const chosen = [opening, ...fill, ...body].filter((s): s is string => Boolean(s));
  const text = chosen.map((sentence) => finishSentence(shorten(sentence, 32))).join(' ');
  return { text, data: { summary: text, response: text, sentences: chosen }, list: chosen };
};

function openingSentence(title?: string, company?: string, location?: string): string | undefined {
  if (!title) return undefined;
  const article = /^[aeiou]/i.test(title) ? 'an' : 'a';
  const place = location ? ` in ${location.trim()}` : '';
  return company
    ? `${company.trim()} is looking for ${article} ${title.trim()}${place}`
    : `The position is ${article} ${title.trim()}${place}`;
}

/** A sentence of more than 45 words, parted at a semicolon or a heading's colon. */
function splitLong(sentence: string): string[] {
  if (words(sentence).length <= 45) return [sentence];
  return sentence.split(/;\s+|(?<=\w{4}):\s*(?=[A-Z])/).filter((part) => words(part).length > 4);
}
