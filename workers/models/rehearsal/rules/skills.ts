import { instructionOf, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { builtInTaxonomy, type Skill } from './taxonomy.ts';

/** Skills of the taxonomy, the prompt's own or the built-in one, that the text names, in the taxonomy's order. */
export const skills: Rule = ({ prompt }) => {
  const given = prompt.parts.taxonomy;
  const taxonomy = given ? readTaxonomy(given) : builtInTaxonomy;
  const text = textOf(prompt, 'posting', 'summary');
  const found = findSkills(text, taxonomy);
  const wantsObject = /"skills"\s*:|JSON object/i.test(instructionOf(prompt));
  return {
    text: JSON.stringify(wantsObject ? { skills: found } : found),
    data: { skills: found, count: found.length, response: found.join(', ') },
    list: found,
  };
};

export function findSkills(text: string, taxonomy: Skill[]): string[] {
  return taxonomy.filter((skill) => skill.pattern.test(text)).map((skill) => skill.name);
}

/** A taxonomy in a prompt: names parted by commas, semicolons or lines, or a JSON array. */
function readTaxonomy(text: string): Skill[] {
  return text
    .split(/[,;\n[\]]/)
    .map((name) => name.replace(/^[\s"'*-]+|[\s"'.]+$/g, ''))
    .filter((name) => name !== '')
    .map((name) => ({ name, pattern: new RegExp(`(?<!\\w)${quotePattern(name)}(?!\\w)`, 'i') }));
}

function quotePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
