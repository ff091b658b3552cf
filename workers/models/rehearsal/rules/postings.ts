import { contentWords, splitSentences, words } from './text.ts';

/** What sentences of job postings are about. */
const roleNouns =
  /\b(?:intern(?:ship)?|analyst|manager|engineer|developer|nurse|specialist|associate|assistant|coordinator|director|consultant|designer|administrator|technician|representative|accountant|teacher|driver|clerk|officer|scientist|architect|supervisor|lead|executive|planner|buyer|writer|editor|recruiter|trainee|student|therapist|mechanic|cook|chef|attorney|paralegal|professional|position|role)s?\b/i;
const dutyCue =
  /\b(?:responsib\w+|dut(?:y|ies)|manag(?:e|es|ing)|develop(?:s|ing)?|support(?:s|ing)?|assist(?:s|ing)?|lead(?:s|ing)?|coordinat\w+|prepar(?:e|es|ing)|analy[sz](?:e|es|ing)|design(?:s|ing)?|maintain(?:s|ing)?|provid(?:e|es|ing)|creat(?:e|es|ing)|perform(?:s|ing)?|work(?:s|ing)? (?:with|on|closely)|collaborat\w+|monitor\w*|build(?:s|ing)?|deliver(?:s|ing)?|will (?:be|have|gain|help|learn|assist|work|support)|conduct\w*|review(?:s|ing)?|report(?:s|ing)?)\b/i;
const requirementCue =
  /\b(?:require[ds]?|requirements?|must|degree|bachelor\S*|master'?s|gpa|experience|years|ability to|able to|proficien\w+|knowledge of|skills?|qualifications?|qualified|preferred|pursuing|enrolled|license[ds]?|certifi\w+|familiar\w*|major(?:ing)?)\b/i;
const boilerplate =
  /\b(?:equal[ -](?:employment )?opportunit\w+|eeo|veteran|disabilit\w+|sexual orientation|gender identity|national origin|race, color|without regard|apply (?:now|today|online)|posted by|click|www\.|https?:|e-?verify|drug (?:test|screen)|background check|accommodation|cookies|privacy|benefits include|401\(?k)/i;

export const isDuty = (sentence: string): boolean => dutyCue.test(sentence);
export const isRequirement = (sentence: string): boolean => requirementCue.test(sentence);
export const isBoilerplate = (sentence: string): boolean => boilerplate.test(sentence);
export const namesRole = (text: string): boolean => roleNouns.test(text);

/** How much each sentence says of its text, by the frequency of its words and its place; higher is more. */
export function rankSentences(sentences: string[]): number[] {
  const frequency = new Map<string, number>();
  for (const sentence of sentences) {
    for (const word of new Set(contentWords(sentence))) {
      frequency.set(word, (frequency.get(word) ?? 0) + 1);
    }
  }
  return sentences.map((sentence, index) => {
    const length = words(sentence).length;
    const sum = contentWords(sentence).reduce((s, word) => s + (frequency.get(word) ?? 0), 0);
    const place = index < 3 ? 1.5 - index * 0.15 : 1;
    const size = length < 6 ? 0.4 : length > 45 ? 0.75 : 1;
    const noise = isBoilerplate(sentence) ? 0.1 : 1;
    return (sum / Math.sqrt(length + 4)) * place * size * noise;
  });
}

/** The best sentences of a text in their own order; of two that say the same, one. */
export function pickSentences(sentences: string[], count: number, scores: number[]): string[] {
  const byScore = sentences.map((_, index) => index);
  byScore.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const chosen: number[] = [];
  for (const index of byScore) {
    if (chosen.length >= count) break;
    const sentence = sentences[index] ?? '';
    if (!chosen.some((other) => overlap(sentence, sentences[other] ?? '') > 0.6))
      chosen.push(index);
  }
  return chosen.sort((a, b) => a - b).map((index) => sentences[index] ?? '');
}

/** Share of common content words (Jaccard). */
export function overlap(a: string, b: string): number {
  const left = new Set(contentWords(a));
  const right = new Set(contentWords(b));
  if (left.size === 0 || right.size === 0) return 0;
  const common = [...left].filter((word) => right.has(word)).length;
  return common / (left.size + right.size - common);
}

/** The words that occur most often in a text, most frequent first. */
export function keyWords(text: string, count: number): string[] {
  const frequency = new Map<string, number>();
  for (const word of contentWords(text)) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  return [...frequency]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word);
}

/** A job title found in running text: capitalised words before and with a noun that names a role. */
export function guessTitle(text: string): string | undefined {
  for (const sentence of splitSentences(text).slice(0, 12)) {
    const found =
      /\b((?:[A-Z][\w/&-]*,? ){0,4}(?:Intern|Analyst|Manager|Engineer|Developer|Nurse|Specialist|Associate|Assistant|Coordinator|Director|Consultant|Designer|Administrator|Technician|Representative|Accountant|Scientist|Architect|Supervisor)s?)\b/.exec(
        sentence,
      );
    const title = found?.[1]?.replace(/^(?:The|An?|As|Our|This|Your|Position|Title:?) /, '');
    if (title) return title;
  }
  return undefined;
}
