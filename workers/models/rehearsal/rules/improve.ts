import {
  guessTitle,
  isBoilerplate,
  isDuty,
  isRequirement,
  overlap,
  pickSentences,
  rankSentences,
} from './postings.ts';
import { instructionOf, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { askedCount, finishSentence, hashText, shorten, splitSentences, words } from './text.ts';

/** What can be put right, and how feedback speaks of it. */
const repairs = {
  role: /\brole\b|title/i,
  duties: /person does|responsibilit|duties/i,
  requirements: /requir|qualification/i,
  length: /length|\blong\b|words|short/i,
  tidiness: /headings|lists?\b|legal|tidy/i,
};
type Repair = keyof typeof repairs;

/**
 * The old summary, with what the feedback names put right: the role first, what the person does and what is required from the
 * posting (where the prompt has it), sentences of at most 32 words, no headings or legal text. Without feedback, all of it. As
 * models do, it overlooks a point now and then.
 */
export const improve: Rule = ({ prompt, model, seed }) => {
  const { title, company, location, feedback = '' } = prompt.parts;
  const old = textOf(prompt, 'summary', 'posting');
  const source = prompt.parts.posting?.trim() || old;
  const count = askedCount(instructionOf(prompt), 'sentences?') ?? 5;
  const all = Object.keys(repairs) as Repair[];
  const named = all.filter((repair) => repairs[repair].test(feedback));
  const todo = new Set(named.length > 0 ? named : all);
  const draw = hashText(`${model}/${seed}/${old}`);
  if (draw % 3 === 0) todo.delete([...todo][draw % todo.size] ?? 'role');

  const tidy = (sentences: string[]) =>
    todo.has('tidiness')
      ? sentences.filter((s) => !isBoilerplate(s)).flatMap(splitLong)
      : sentences.flatMap(splitLong);
  const kept = tidy(splitSentences(old));
  const others = tidy(splitSentences(source)).filter((s) => !kept.some((k) => overlap(k, s) > 0.5));
  const scores = rankSentences(others);
  const pick = (test: (sentence: string) => boolean, number: number) => {
    const sentences = others.filter(test);
    return pickSentences(
      sentences,
      number,
      sentences.map((s) => scores[others.indexOf(s)] ?? 0),
    );
  };

  const opening =
    todo.has('role') && openingSentence(title ?? guessTitle(source), company, location);
  const requirements = todo.has('requirements') ? pick(isRequirement, 2) : [];
  const duties = todo.has('duties') ? pick((s) => isDuty(s) && !requirements.includes(s), 2) : [];
  const added = [...duties, ...requirements];
  const room = Math.max(0, count - added.length - (opening ? 1 : 0));
  const best = pickSentences(kept, room, rankSentences(kept));
  const chosen = [opening, ...best, ...added].filter((s): s is string => Boolean(s));
  const limit = todo.has('length') ? 32 : 60;
  const text = chosen.map((sentence) => finishSentence(shorten(sentence, limit))).join(' ');
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
