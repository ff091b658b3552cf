import { instructionOf, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { finishSentence, hashText, shorten, splitSentences } from './text.ts';

/** A short ticket: title, what failed, suggestion. */
export const ticket: Rule = ({ prompt }) => {
  const feedback = textOf(prompt, 'feedback', 'summary', 'posting');
  const subject = prompt.parts.title ?? 'summary of a posting';
  const failed = /fail/i.test(`${feedback} ${instructionOf(prompt)}`);
  const sentences = splitSentences(feedback).filter((s) => !/^Score \d+/.test(s));
  const what = shorten(sentences[0] ?? (feedback.trim() || 'no details were given'), 40);
  const title = failed ? `Check the ${lower(subject)}` : `Follow up: ${subject}`;
  const suggestion = suggest(feedback);
  const id = hashText(feedback).toString(36).slice(0, 5).toUpperCase();
  const severity = failed ? 'medium' : 'low';
  const text = [
    `Title: ${title} (${id})`,
    `What ${failed ? 'failed' : 'happened'}: ${finishSentence(what)}`,
    `Suggestion: ${suggestion}`,
  ].join('\n');
  return {
    text,
    data: {
      title,
      description: finishSentence(what),
      what_failed: what,
      suggestion,
      severity,
      priority: severity,
      response: text,
    },
  };
};

function lower(subject: string): string {
  return subject === 'summary of a posting' ? subject : `summary of "${subject}"`;
}

function suggest(feedback: string): string {
  const advice: [RegExp, string][] = [
    [/role is not named/, 'Begin with the title of the position.'],
    [/what the person does/, 'Add the two most important responsibilities.'],
    [/what is required/, 'Add education and experience that are required.'],
    [/length|long|words/, 'Shorten the sentences and keep to five of them.'],
    [/headings|legal/, 'Leave out headings, lists and legal text.'],
    [/skill/i, 'Check the skills against the posting and add those that are missing.'],
  ];
  return (
    advice.find(([pattern]) => pattern.test(feedback))?.[1] ??
    'Have a person read the posting once more.'
  );
}
