import { instructionOf, type Prompt, textOf } from './prompt.ts';
import type { Rule } from './rule.ts';
import { hashText, words } from './text.ts';

export type Verdict = 'GENUINE' | 'BORDERLINE' | 'PRE-WIRED';

interface Signal {
  weight: number;
  says: string;
}

/** Verdict of a score from 1 (open to all) to 10 (promised to someone). */
export function verdictOf(score: number): Verdict {
  return score <= 3 ? 'GENUINE' : score <= 6 ? 'BORDERLINE' : 'PRE-WIRED';
}

/** What in a posting speaks for (positive) and against (negative) a candidate who is already chosen. */
export function findSignals(text: string): Signal[] {
  const length = words(text).length;
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const years = [
    ...text.matchAll(/\b(\d{1,2})(?:\.\d)?\+?(?:\s*\(\d+\))?\s*(?:-\s*\d+\s*)?years?\b/gi),
  ];
  const odd = years.filter(([, n]) => ![1, 2, 3, 5, 8, 10, 18, 21].includes(Number(n))).length;
  const acronyms = new Set(text.match(/\b[A-Z]{3,6}\b/g) ?? []).size;
  const musts = count(/\b(?:must|required|mandatory|only)\b/gi);
  const candidates: [boolean, number, string][] = [
    [
      /\binternal (?:candidates?|applicants?|only)\b|\bincumbent\b|current employees?/i.test(text),
      3,
      'it speaks of internal candidates',
    ],
    [odd > 0, Math.min(2, odd), 'it asks for an unusual number of years'],
    [musts >= 8, 2, `it demands ${musts} things`],
    [musts >= 4 && musts < 8, 1, `it demands ${musts} things`],
    [acronyms >= 12, 2, `it uses ${acronyms} abbreviations that outsiders may not know`],
    [acronyms >= 6 && acronyms < 12, 1, `it uses ${acronyms} abbreviations`],
    [length < 120, 2, 'it is very short'],
    [
      /\b(?:converted?|conversion|extension|backfill|successor)\b/i.test(text),
      2,
      'it reads like the continuation of a contract',
    ],
    [
      /\bpreferred\b/i.test(text) &&
        /\bwithin the (?:company|firm|department|organi[sz]ation)\b/i.test(text),
      1,
      'it prefers people from the house',
    ],
    [
      /\bequal[ -](?:employment )?opportunity\b|\beeo\b/i.test(text),
      -1,
      'it names equal opportunity',
    ],
    [
      /\binternship program|interns\b|students\b|trainees\b|all backgrounds|entry[- ]level/i.test(
        text,
      ),
      -2,
      'it addresses many people',
    ],
    [/\$\s?\d|salary|hourly|compensation|benefits/i.test(text), -1, 'it speaks of pay or benefits'],
    [/\bapply|resume|cover letter/i.test(text), -1, 'it says how to apply'],
    [
      /\btraining (?:is )?(?:provided|program)|will (?:learn|be trained)/i.test(text),
      -1,
      'it offers training',
    ],
  ];
  return candidates.filter(([there]) => there).map(([, weight, says]) => ({ weight, says }));
}

/**
 * How likely the position is already promised internally. The analyst scores the posting; the skeptic takes the analyst's
 * answer and argues the other side; the expert weighs both against an own reading.
 */
export const ihl: Rule = ({ prompt, model, seed }) => {
  const asked = instructionOf(prompt);
  const text = textOf(prompt, 'posting', 'summary');
  const signals = findSignals(text);
  const own = clamp(4 + signals.reduce((sum, signal) => sum + signal.weight, 0));
  const lean = (hashText(`${model}/${seed}/${text}`) % 3) - 1;
  const analyst = scoreIn(prompt.parts.analyst);
  const skeptic = scoreIn(prompt.parts.skeptic);
  const pro = signals.filter((s) => s.weight > 0).map((s) => s.says);
  const con = signals.filter((s) => s.weight < 0).map((s) => s.says);

  let score: number;
  let reasoning: string;
  if (/s[kc]eptic|devil'?s advocate/i.test(roleText(prompt, asked))) {
    const base = analyst ?? own;
    const doubted = base >= 5 ? con : pro;
    score = clamp(
      base + (base >= 5 ? -1 : 1) * Math.min(3, doubted.length) + (doubted.length > 0 ? lean : 0),
    );
    reasoning =
      doubted.length > 0
        ? `The analyst's ${base} overlooks that ${doubted.slice(0, 3).join(' and ')}.`
        : `Nothing speaks against the analyst's ${base}.`;
  } else if (analyst !== undefined || skeptic !== undefined || /\bexpert\b/i.test(asked)) {
    const a = analyst ?? own;
    const s = skeptic ?? a;
    score = clamp(Math.round((2 * a + 2 * s + own) / 5 + (pro.length >= 3 ? 1 : 0)));
    reasoning = `The analyst says ${a}, the skeptic ${s}; ${why(pro, con)}.`;
  } else {
    score = clamp(own + lean);
    reasoning = `${capital(why(pro, con))}.`;
  }
  const verdict = verdictOf(score);
  const tag = asked.includes(`[${verdict}]`) ? `\n[${verdict}]` : '';
  const data = {
    verdict,
    ihl_score: score,
    score,
    reasoning,
    reasons: [...pro, ...con],
    confidence: 0.7,
    tag: verdict,
    response: reasoning,
  };
  const wantsJson = /\bJSON\b|"ihl_score"/i.test(asked);
  return {
    text: wantsJson
      ? JSON.stringify({ verdict, ihl_score: score, reasoning })
      : `${verdict}, score: ${score}\n${reasoning}${tag}`,
    data,
    list: [...pro, ...con],
  };
};

/** Who the prompt says the model is: the system message, or the first sentence of the request. */
function roleText(prompt: Prompt, asked: string): string {
  return prompt.system || (asked.split(/(?<=[.:?])\s/)[0] ?? '');
}

function scoreIn(answer: string | undefined): number | undefined {
  const found = /(?:score|ihl)[^\d]{0,12}(\d{1,2})/i.exec(answer ?? '');
  return found ? clamp(Number(found[1])) : undefined;
}

function why(pro: string[], con: string[]): string {
  if (pro.length === 0 && con.length === 0) return 'the posting gives no sign either way';
  if (pro.length === 0) return con.slice(0, 3).join(' and ');
  if (con.length === 0) return pro.slice(0, 3).join(' and ');
  return `${pro.slice(0, 2).join(' and ')}, but ${con.slice(0, 2).join(' and ')}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function clamp(score: number): number {
  return Math.max(1, Math.min(10, score));
}
