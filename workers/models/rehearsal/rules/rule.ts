import type { Prompt } from './prompt.ts';

/** What a rule works from. The same context gives the same answer. */
export interface RuleContext {
  prompt: Prompt;
  model: string;
  /** `options.seed`; 0 where none is given. */
  seed: number;
}

/** What a rule answers: as text, and the same as data where a format is asked for. */
export interface RuleAnswer {
  text: string;
  /** Values by property name; a schema takes those that fit it. */
  data: Record<string, unknown>;
  /** The value where the schema wants an array. */
  list?: unknown[];
}

export type Rule = (context: RuleContext) => RuleAnswer;
