import { conform } from './conform.ts';
import { format } from './format.ts';
import { grade } from './grade.ts';
import { ihl } from './ihl.ts';
import { improve } from './improve.ts';
import { match } from './match.ts';
import { plan } from './plan.ts';
import { instructionOf, type Prompt, readPrompt } from './prompt.ts';
import type { Rule, RuleAnswer, RuleContext } from './rule.ts';
import { skills } from './skills.ts';
import { summarise } from './summarise.ts';
import { finishSentence, hashText, shorten, splitSentences } from './text.ts';
import { ticket } from './ticket.ts';

export type TaskName =
  | 'plan'
  | 'match'
  | 'ticket'
  | 'ihl'
  | 'grade'
  | 'improve'
  | 'format'
  | 'skills'
  | 'summarise'
  | 'tag'
  | 'other';

interface Task {
  name: TaskName;
  rule: Rule;
  /** How a request for it begins; the first line that matches decides. */
  request: RegExp;
  /** Words that tell it where no line begins so. */
  mention: RegExp;
}

/** In the order in which they are tried. */
const tasks: Task[] = [
  {
    name: 'plan',
    rule: plan,
    request: /^plan a workflow\b/i,
    mention: /\bplan a workflow\b/i,
  },
  {
    name: 'match',
    rule: match,
    request: /^match\b/i,
    mention: /\bmatch the\b/i,
  },
  {
    name: 'ticket',
    rule: ticket,
    request: /^(?:create|write|open|file|draft|raise)\b.{0,40}\bticket\b/i,
    mention: /\bticket\b/i,
  },
  {
    name: 'ihl',
    rule: ihl,
    request:
      /^(?:is this (?:job )?posting genuine|judge whether|give (?:an|the) ihl)\b|\bihl score\b|\bpre-?wired\b/i,
    mention: /\bIHL\b|pre-?wired|already (?:chosen|promised)|\bgenuine\b/i,
  },
  {
    name: 'grade',
    rule: grade,
    request: /^(?:re-?)?grade\b|\[PASS\] or \[FAIL\]/i,
    mention: /\[PASS\][\s\S]{0,40}\[FAIL\]/,
  },
  {
    name: 'improve',
    rule: improve,
    request: /^(?:improve|revise)\b/i,
    mention: /\bimprov(?:e|ed)\b/i,
  },
  {
    name: 'format',
    rule: format,
    request: /^(?:format|reformat|standardi[sz]e)\b|\bstandard format\b/i,
    mention: /\bstandard(?:i[sz]ed)? format\b/i,
  },
  {
    name: 'skills',
    rule: skills,
    request: /^(?:extract|list|find|name|identify|return|give)\b.{0,60}\bskills?\b/i,
    mention: /\bskills\b/i,
  },
  {
    name: 'summarise',
    rule: summarise,
    request: /^(?:summari[sz]e\b|(?:write|give|extract|produce|create)\b.{0,40}\bsummary\b)/i,
    mention: /\bsummar(?:i[sz]e|y)\b/i,
  },
];

export interface Conversation {
  messages: { role: string; content: string }[];
  model: string;
  format: unknown;
  seed: number;
  /** Directions of markers: `say` is answered as it is, `task` names the rule, `tag` the tag. */
  directions?: { say?: string; task?: string; tag?: string };
}

/** The answer to a conversation, by rule: the same conversation, model and seed give the same text. */
export function answerConversation(conversation: Conversation): { text: string; task: TaskName } {
  const { messages, model, seed, directions = {} } = conversation;
  if (directions.say !== undefined) return { text: directions.say, task: 'other' };
  const system = messages
    .filter((m) => m.role === 'system')
    .map((m) => m.content)
    .join('\n');
  const asked = messages.filter((m) => m.role === 'user').map((m) => readPrompt(m.content, system));
  const { prompt, task } = findTask(asked, system, directions.task);
  const context: RuleContext = { prompt, model, seed };
  const rule =
    task?.rule ??
    (tagsOf(instructionOf(prompt)).length > 1 || directions.tag
      ? chooseTag(directions.tag)
      : quote);
  const answer = rule(context);
  const name = task?.name ?? (rule === quote ? 'other' : 'tag');
  return { text: inFormat(conversation.format, answer, context), task: name };
}

/** The task, from the last message that requests one; after a message such as "answer again", the one before counts. */
function findTask(asked: Prompt[], system: string, named?: string): Found {
  const last = asked.at(-1) ?? readPrompt('', system);
  if (named !== undefined) return { prompt: last, task: tasks.find((t) => t.name === named) };
  for (const [i, prompt] of [...asked.entries()].toReversed()) {
    for (const part of [prompt.tail, prompt.head]) {
      const task = requestedIn(part);
      if (task) return { prompt, task };
      if (tagsOf(part).length > 1) return { prompt, task: mentionedIn(part, ['grade', 'ihl']) };
    }
    const task = i === 0 ? mentionedIn(`${prompt.tail}\n${prompt.head}`) : undefined;
    if (task) return { prompt, task };
  }
  return { prompt: asked[0] ?? last, task: requestedIn(system) ?? mentionedIn(system) };
}

interface Found {
  prompt: Prompt;
  task: Task | undefined;
}

function requestedIn(instruction: string): Task | undefined {
  const requests = instruction
    .split(/\n|(?<=[.:;!?])\s+/)
    .map((line) => line.replace(/^[\s\d.)*-]*(?:(?:please|now|then|next|finally|first),? )*/i, ''));
  for (const request of requests) {
    const task = tasks.find((t) => t.request.test(request));
    if (task) return task;
  }
  return undefined;
}

function mentionedIn(instruction: string, names?: TaskName[]): Task | undefined {
  return tasks.find((t) => t.mention.test(instruction) && (!names || names.includes(t.name)));
}

/** Tags in brackets that an instruction offers. */
function tagsOf(instruction: string): string[] {
  return [
    ...new Set([...instruction.matchAll(/\[([A-Z][A-Z0-9_ -]*)\]/g)].map(([, tag]) => tag ?? '')),
  ];
}

/** One of the tags of the instruction, behind a sentence. */
function chooseTag(wanted?: string): Rule {
  return ({ prompt, model, seed }) => {
    const tags = tagsOf(instructionOf(prompt));
    const text = prompt.material || prompt.parts.posting || prompt.head;
    const tag =
      wanted ?? tags[hashText(`${model}/${seed}/${prompt.head}/${text}`) % tags.length] ?? '';
    const reason = firstSentence(text);
    return { text: `${reason}\n[${tag}]`, data: { tag, answer: tag, response: reason, reason } };
  };
}

/** One sentence of the prompt. */
const quote: Rule = ({ prompt }) => {
  const text = firstSentence(
    prompt.material || Object.values(prompt.parts).join('\n') || prompt.head,
  );
  return { text, data: { response: text, answer: text, text } };
};

function firstSentence(text: string): string {
  const sentence = splitSentences(text)[0] ?? text.trim().split('\n')[0] ?? '';
  return sentence ? finishSentence(shorten(sentence, 40)) : 'There is nothing to say.';
}

function inFormat(wanted: unknown, answer: RuleAnswer, { prompt, seed }: RuleContext): string {
  if (wanted === undefined || wanted === null) return answer.text;
  if (wanted === 'json') {
    const { response, ...data } = answer.data;
    return JSON.stringify(Object.keys(data).length > 0 ? data : { response });
  }
  const text = [prompt.material, ...Object.values(prompt.parts), prompt.head].join('\n');
  return JSON.stringify(conform(wanted, { data: answer.data, list: answer.list, text, seed }));
}
