import type { ShownInteraction, ShownRun } from '../../src/client/results.ts';
import { ERROR_CODES } from '../../workers/actor-error.ts';
import type { GivenAnswer, TestCase } from './test-file.ts';

/** The answers of one test, given one after the other for each conversation. */
export interface GivenAnswers {
  /** The next answer of a conversation; the last one is given again. undefined: there is none. */
  next(workflow: string, conversation: string): GivenAnswer | undefined;
  /** The same without giving it. */
  peek(workflow: string, conversation: string): GivenAnswer | undefined;
  /** Whether there is an answer. */
  has(workflow: string, conversation: string): boolean;
}

/** A recorded interaction as an answer; undefined: nobody answered it. */
function answerOf(shown: ShownInteraction): GivenAnswer | undefined {
  const { response, data, decision, error, status } = shown;
  if (decision !== null && decision !== undefined) {
    const { decision: decided, decided_by: by } = decision;
    return {
      ...(decided !== undefined && { decision: decided }),
      by,
      ...(data != null && { data }),
    };
  }
  if (status === 'completed') {
    return { ...(response !== null && { response }), ...(data != null && { data }) };
  }
  if (status !== 'failed' || error === null) return undefined;
  const code = ERROR_CODES.find((each) => each === error.code) ?? 'function_error';
  return { error: { code, message: error.message ?? '', retryable: false } };
}

function recordedAnswers(run: ShownRun | undefined): Map<string, GivenAnswer[]> {
  const found = new Map<string, GivenAnswer[]>();
  for (const shown of run?.interactions ?? []) {
    const answer = shown.items == null ? answerOf(shown) : undefined;
    if (answer === undefined) continue;
    found.set(shown.conversation, [...(found.get(shown.conversation) ?? []), answer]);
  }
  return found;
}

/** What a test gives goes before what was recorded; `workflow.conversation` before `conversation`. */
export function createGivenAnswers(test: Pick<TestCase, 'answers' | 'recorded'>): GivenAnswers {
  const recorded = recordedAnswers(test.recorded);
  const used = new Map<readonly GivenAnswer[], number>();
  const find = (workflow: string, conversation: string): readonly GivenAnswer[] | undefined =>
    test.answers[`${workflow}.${conversation}`] ??
    test.answers[conversation] ??
    recorded.get(conversation);
  const peek = (workflow: string, conversation: string): GivenAnswer | undefined => {
    const answers = find(workflow, conversation);
    return answers?.[Math.min(used.get(answers) ?? 0, answers.length - 1)];
  };
  return {
    peek,
    has: (workflow, conversation) => find(workflow, conversation) !== undefined,
    next(workflow, conversation) {
      const answer = peek(workflow, conversation);
      const answers = find(workflow, conversation);
      if (answers !== undefined) used.set(answers, (used.get(answers) ?? 0) + 1);
      return answer;
    },
  };
}
