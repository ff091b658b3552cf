import type { Fault, FaultKind } from './faults.ts';

const spoilers: Partial<Record<FaultKind, (text: string) => string>> = {
  prose: (text) =>
    `Sure! Here is what you asked for:\n\n${text}\n\nLet me know if you need anything else.`,
  fence: (text) => `Here it is:\n\n\`\`\`json\n${text}\n\`\`\`\n`,
  wrong_json: wrongJson,
  garbage: () => 'I would rather not answer this in the form that you want.',
  wrong_shape: () => JSON.stringify({ unexpected: true, note: 'rehearsed wrong shape' }),
  array: toArray,
  faulty_plan: toFaultyPlan,
  nul: (text) => insert(text, '\0'),
  lone_surrogate: (text) => insert(text, '\uD83D'),
  empty: () => '',
};

/** The text as the faults of the text leave it; `format` is not heeded any more. */
export function spoilText(text: string, faults: Fault[]): string {
  return faults.reduce((spoiled, { kind }) => spoilers[kind]?.(spoiled) ?? spoiled, text);
}

/** JSON as small models write it: single quotes, a comma too many, the last bracket missing. Can be repaired. */
function wrongJson(text: string): string {
  const value = tryParse(text);
  if (typeof value !== 'object' || value === null) return `{"answer": ${JSON.stringify(text)},`;
  return JSON.stringify(value)
    .replace(/"([^"'\\]*)":/g, "'$1': ")
    .replace(/[}\]]$/, ',');
}

/** The array where an object was wanted: its only array, or the object in one. */
function toArray(text: string): string {
  const value = tryParse(text);
  if (Array.isArray(value)) return text;
  const arrays =
    typeof value === 'object' && value !== null ? Object.values(value).filter(Array.isArray) : [];
  return JSON.stringify(arrays.length === 1 ? arrays[0] : [value ?? text]);
}

/** A definition as small models write it: an actor that there is not, and a branch that leads nowhere. */
function toFaultyPlan(text: string): string {
  const plan = tryParse(text) as { conversations?: Record<string, unknown>[] } | undefined;
  const [first, ...rest] = plan?.conversations ?? [];
  if (first === undefined) return text;
  const { workflow: _, ...step } = first;
  const faulty = { ...step, actor: 'mega-model:900b', prompt: 'Do it.', branches: ['nowhere'] };
  return JSON.stringify({ ...plan, conversations: [faulty, ...rest] });
}

/** In the middle of the longest word, so that JSON stays JSON. */
function insert(text: string, char: string): string {
  const word = text.match(/[A-Za-z]+/g)?.reduce((a, b) => (b.length > a.length ? b : a), '') ?? '';
  const at = word === '' ? text.length : text.indexOf(word) + Math.ceil(word.length / 2);
  return text.slice(0, at) + char + text.slice(at);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
