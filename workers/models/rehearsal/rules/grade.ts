import { isBoilerplate, isDuty, isRequirement, keyWords, namesRole } from './postings.ts';
import { textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { contentWords, hashText, splitSentences, words } from './text.ts';

/** Points out of 100 that a summary needs. Models judge with different strictness. */
const thresholds: Record<string, number> = {
  'gemma3:1b': 60,
  'gemma2:latest': 66,
  'qwen2.5:7b': 68,
  'phi3:latest': 62,
};

/** Points and shortcomings of a summary. Pure measures: a weight for each thing that a good summary has. */
export function judgeSummary(
  summary: string,
  about: { posting?: string | undefined; title?: string | undefined },
): { points: number; shortcomings: string[] } {
  const sentences = splitSentences(summary);
  const length = words(summary).length;
  const longest = Math.max(0, ...sentences.map((s) => words(s).length));
  const mean = length / Math.max(1, sentences.length);
  const opening = sentences.slice(0, 2).join(' ');
  const titleWords = contentWords(about.title ?? '');
  const titleNamed =
    titleWords.length > 0
      ? titleWords.filter((w) => opening.toLowerCase().includes(w)).length >= titleWords.length / 2
      : namesRole(words(opening).slice(0, 30).join(' '));
  const duties = sentences.filter(isDuty).length;
  const requirements = sentences.filter(isRequirement).length;
  const keys = keyWords(about.posting ?? '', 15);
  const present = new Set(contentWords(summary));
  const coverage =
    keys.length === 0 ? 0.6 : keys.filter((k) => present.has(k)).length / keys.length;
  const untidy =
    sentences.filter(isBoilerplate).length > 0 ||
    /[a-z][.;:][A-Z]|[a-z]{3}[A-Z][a-z]{2}|[•*]/.test(summary);

  const checks: [points: number, of: number, shortcoming: string][] = [
    [titleNamed ? 20 : 0, 20, 'the role is not named at the beginning'],
    [Math.min(duties, 2) * 9, 18, 'it hardly says what the person does'],
    [Math.min(requirements, 2) * 9, 18, 'it hardly says what is required'],
    [
      length >= 60 && length <= 150 ? 14 : length >= 40 && length <= 190 ? 6 : 0,
      14,
      `its length of ${length} words is off`,
    ],
    [longest <= 40 ? 12 : longest <= 50 ? 5 : 0, 12, `one sentence has ${longest} words`],
    [mean <= 28 ? 6 : 0, 6, 'the sentences are long'],
    [untidy ? 0 : 6, 6, 'there are remains of headings, lists or legal text'],
    [Math.round(coverage * 6), 6, 'important words of the posting are missing'],
  ];
  const points = checks.reduce((sum, [got]) => sum + got, 0);
  const shortcomings = checks.filter(([got, of]) => got < of * 0.6).map(([, , text]) => text);
  return { points, shortcomings };
}

/** A grade with one line of reasons and `[PASS]` or `[FAIL]` at its end. */
export const grade: Rule = ({ prompt, model, seed }) => {
  const summary = textOf(prompt, 'summary');
  const { points, shortcomings } = judgeSummary(summary, {
    posting: prompt.parts.posting,
    title: prompt.parts.title,
  });
  // Each model has its own taste: a few points either way, always the same for the same summary.
  const taste = (hashText(`${model}/${seed}/${summary}`) % 17) - 8;
  const score = Math.max(0, Math.min(100, points + taste));
  const passed = score >= (thresholds[model] ?? 65);
  const reasons =
    shortcomings.length > 0
      ? `${passed ? 'Good enough, though' : 'Not good enough:'} ${shortcomings.join('; ')}.`
      : passed
        ? 'It names the role, what the person does and what is required, in a fitting length.'
        : 'It is complete, but reads like a list of sentences.';
  const tag = passed ? 'PASS' : 'FAIL';
  return {
    text: `Score ${score} of 100. ${reasons}\n[${tag}]`,
    data: { grade: tag, tag, passed, score, reasons, feedback: reasons, response: reasons },
    list: shortcomings,
  };
};
