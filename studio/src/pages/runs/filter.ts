import { now } from '../../data/clock.ts';
import { readInterval } from '../../data/url.ts';

export type Url = Record<string, string | undefined>;
/** A filter as count_matching_runs takes it. */
export type Matches = Record<string, unknown> & { back_to?: string };

/** A start of a range as a time: `today`, hours (`24h`), or a time. */
function startOf(since: string): string {
  if (since === 'today') return new Date(new Date(now()).setHours(0, 0, 0, 0)).toISOString();
  const hours = /^(\d{1,5})h$/.exec(since)?.[1];
  // To the minute, so that the same page asks the same.
  if (hours) {
    return new Date(Math.floor(now() / 60_000) * 60_000 - Number(hours) * 3_600_000).toISOString();
  }
  return since;
}

/** What the input of a run must contain, if that is what was typed: JSON. */
export function inputOf(text: string | undefined): object | undefined {
  if (!text?.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** The filter of the list, as GraphQL has it. */
export function filterOf(url: Url) {
  const { status, workflow, environment, by, parent, since, started, ended, code } = url;
  const input = inputOf(url.q);
  const within = (range: [string, string]) => ({
    greaterThanOrEqualTo: range[0],
    lessThan: range[1],
  });
  const [start, end] = [readInterval(started), readInterval(ended)];
  const filter = {
    ...(status && { status: { in: status.split(',') } }),
    ...(workflow && { workflow: { workflowName: { equalTo: workflow } } }),
    ...(environment && { environment: { equalTo: environment } }),
    ...(by && { operator: { equalTo: by } }),
    ...(parent && { parentWorkflowRunId: { equalTo: parent } }),
    ...(since && { createdAt: { greaterThanOrEqualTo: startOf(since) } }),
    ...(start && { createdAt: within(start) }),
    ...(end && { finishedAt: within(end) }),
    ...(code && { errorCode: { equalTo: code } }),
    ...(input && { input: { contains: input } }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/** Words, or the number or task key of a run, if that is what was typed. */
export const wordsOf = (text: string | undefined): string | undefined =>
  inputOf(text) ? undefined : text;

/** The same for what is done to all runs that match, without words. */
export function matchesOf(url: Url): Matches {
  const { status, workflow, environment, by, parent, since, code, actor, model, failure } = url;
  const input = inputOf(url.q);
  const [started, ended, tried] = [url.started, url.ended, url.tried].map(readInterval);
  const attempts = {
    ...(actor && { actor }),
    ...(model && { model }),
    ...(failure && { failure }),
  };
  // What attempts were, and nothing else, is how such a list is found.
  if (Object.keys(attempts).length > 0) return { ...attempts, ...(tried && { tried }) };
  return {
    ...(status && { status: status.split(',') }),
    ...(workflow && { workflow }),
    ...(environment && { environment }),
    ...(by && { operator: by }),
    ...(parent && { parent }),
    ...(since && { created: [startOf(since), null] }),
    ...(started && { created: started }),
    ...(ended && { finished: ended }),
    ...(code && { error_code: code }),
    ...(input && { input }),
  };
}
