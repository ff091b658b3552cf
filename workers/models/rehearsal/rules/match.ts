import { instructionOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { askedCount, contentWords } from './text.ts';

/** The candidates that have most words in common with an item, the best first, as many as are asked for. */
export const match: Rule = ({ prompt }) => {
  const asked = instructionOf(prompt);
  const top = /\btop (\d{1,3})\b/i.exec(asked)?.[1] ?? askedCount(asked, '(?:candidates|profiles)');
  const item = prompt.parts.item ?? '';
  const wanted = new Set(contentWords(item));
  const matches = readRows(prompt.parts.candidates ?? '')
    .map((candidate) => ({ candidate, shared: sharedWords(candidate, wanted) }))
    .filter(({ shared }) => shared.length > 0)
    .sort((a, b) => b.shared.length - a.shared.length)
    .slice(0, Number(top ?? 5))
    .map(({ candidate, shared }) => ({
      candidate: nameOf(candidate),
      score: Math.min(100, shared.length * 10),
      reason: `Both speak of ${shared.slice(0, 5).join(', ')}.`,
    }));
  const role = /(?:Title: |## Role\\n|"title":\s*")([^\n"\\]{3,80})/.exec(item)?.[1] ?? 'not named';
  const names = matches.map(({ candidate }) => candidate).join(', ');
  return {
    text: names === '' ? 'No candidate fits.' : `The best candidates: ${names}.`,
    data: { matches, role, response: names, count: matches.length },
    list: matches,
  };
};

type Row = Record<string, unknown>;

function readRows(text: string): Row[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((row) => typeof row === 'object' && row) : [];
  } catch {
    return [];
  }
}

function sharedWords(row: Row, wanted: Set<string>): string[] {
  const words = new Set(contentWords(JSON.stringify(Object.values(row))));
  return [...words].filter((word) => wanted.has(word));
}

function nameOf(row: Row): string {
  const entries = Object.entries(row);
  const found =
    entries.find(([key, value]) => /name/i.test(key) && typeof value === 'string') ??
    entries.find(([key]) => /(?:^|_)id$/i.test(key)) ??
    entries[0];
  return String(found?.[1] ?? 'unnamed');
}
