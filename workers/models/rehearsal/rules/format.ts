import { guessTitle, isBoilerplate, isDuty, isRequirement } from './postings.ts';
import { textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { finishSentence, shorten, splitSentences } from './text.ts';

const unknown = 'Not stated';

/** The standard format: Role, Company, Location, Responsibilities, Requirements, as Markdown headings and lists. */
export const format: Rule = ({ prompt }) => {
  const source = textOf(prompt, 'summary', 'posting');
  const { title, company, location } = prompt.parts;
  const opening = /^(.+?) is looking for an? (.+?)(?: in ([A-Z][^.]*))?\./.exec(source);
  const role = title ?? opening?.[2] ?? guessTitle(source) ?? unknown;
  const employer = company ?? opening?.[1] ?? guessCompany(source) ?? unknown;
  const place = location ?? opening?.[3] ?? guessLocation(source) ?? unknown;
  const sentences = splitSentences(source)
    .filter((sentence) => !isBoilerplate(sentence) && sentence !== opening?.[0])
    .map((sentence) => finishSentence(shorten(sentence, 40)));
  const requirements = sentences.filter((s) => isRequirement(s) && !/\bwill\b/.test(s));
  const responsibilities = sentences.filter((s) => isDuty(s) && !requirements.includes(s));
  const list = (items: string[]) =>
    items.length > 0 ? items.map((item) => `- ${item}`).join('\n') : `- ${unknown}.`;
  const text = [
    `## Role\n${role}`,
    `## Company\n${employer}`,
    `## Location\n${place}`,
    `## Responsibilities\n${list(responsibilities)}`,
    `## Requirements\n${list(requirements)}`,
  ].join('\n\n');
  return {
    text,
    data: {
      role,
      title: role,
      company: employer,
      location: place,
      responsibilities,
      requirements,
      response: text,
      text,
    },
  };
};

function guessCompany(text: string): string | undefined {
  return /\b(?:at|join|for|with) ((?:[A-Z][\w&'’.-]*\s?){1,4})(?=[\s,.'’])/.exec(text)?.[1]?.trim();
}

function guessLocation(text: string): string | undefined {
  return /\b((?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]+, (?:[A-Z]{2}\b|[A-Z][a-z]+))/.exec(text)?.[1];
}
