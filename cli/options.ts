import { type Command, InvalidArgumentError } from 'commander';
import { usageError } from './report-error.ts';

/** The options that every command has. */
export interface GlobalOptions {
  json?: boolean;
  databaseUrl?: string;
}

/** Adds examples to a command's help: a line each, with what it does. */
export function addExamples(command: Command, examples: [line: string, what: string][]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}  # ${what}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** What goes together on a command line, by the options' attribute names (`dryRun`). */
export interface OptionRules {
  /** The first of each list excludes the others. */
  excludes?: string[][];
  /** An option that means nothing without one of these. */
  needs?: Record<string, string[]>;
  /** Options that mean nothing with an optional argument given, and those that mean nothing without it. */
  withArgument?: { excluded?: string[]; needed?: string[] };
}

/** An option as it is written: `--dry-run`. */
function flagOf(command: Command, name: string): string {
  const option = command.options.find((each) => each.attributeName() === name);
  return option?.long ?? `--${name}`;
}

/** Makes usage errors of options that would be ignored: the parser checks before the command does anything. */
export function addRules(command: Command, rules: OptionRules): Command {
  for (const [first, ...others] of rules.excludes ?? []) {
    const option = command.options.find((each) => each.attributeName() === first);
    if (option === undefined) throw new Error(`${command.name()} has no option ${first}`);
    option.conflicts(others);
  }
  const isGiven = (name: string) => {
    const source = command.getOptionValueSourceWithGlobals(name);
    return source !== undefined && source !== 'default' && source !== 'config';
  };
  const flag = (name: string) => flagOf(command, name);
  return command.hook('preAction', () => {
    for (const [name, others] of Object.entries(rules.needs ?? {})) {
      if (!isGiven(name) || others.some(isGiven)) continue;
      throw usageError(`option '${flag(name)}' needs ${others.map(flag).join(' or ')}`);
    }
    const [argument] = command.registeredArguments;
    const { excluded = [], needed = [] } = rules.withArgument ?? {};
    const wrong = (command.processedArgs[0] === undefined ? needed : excluded).find(isGiven);
    if (wrong === undefined) return;
    const word = command.processedArgs[0] === undefined ? 'needs' : 'cannot be used with';
    throw usageError(`option '${flag(wrong)}' ${word} <${argument?.name()}>`);
  });
}

/** A whole number of at least `least`, for commander. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    }
    return value;
  };
}

/** A score from 0 to 1, for commander. */
export function scoreNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(?:\.\d+)?$/.test(text) || value > 1) {
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  }
  return value;
}

/** A port, for commander; 0 is any free one. */
export function portNumber(text: string): number {
  const port = wholeNumber(0)(text);
  if (port > 65_535) throw new InvalidArgumentError('It must be at most 65535.');
  return port;
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration such as `90`, `90s`, `1.5m`, `2h`, in milliseconds; a number alone means seconds. For commander. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (amount === undefined || Number(amount) === 0) {
    throw new InvalidArgumentError('It must be a duration, such as 90s, 5m or 1h.');
  }
  return Number(amount) * (UNITS[unit ?? 's'] as number);
}

/** A time such as `2026-12-24T08:00Z`, without a zone in local time, for commander. */
export function timeOf(text: string): Date {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text.trim()) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'It must be a time, such as 2026-12-24T08:00 or 2026-12-24T08:00Z.',
    );
  }
  return time;
}

/** The number of a run, for commander. */
export function runId(text: string): number {
  return idOf(text, 'It must be the number of a run; `pgwave runs` lists them.');
}

/** The number of an interaction, for commander. */
export function interactionId(text: string): number {
  return idOf(
    text,
    'It must be the number of an interaction; `pgwave inbox` lists those that wait for a decision.',
  );
}

function idOf(text: string, otherwise: string): number {
  const value = Number(text);
  if (!/^\d{1,18}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(otherwise);
  }
  return value;
}

/** The trace that what a command starts belongs to: given, or handed on by the program that runs the command. */
export interface TraceOptions {
  traceparent?: string;
}

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/;

export function addTraceparent(command: Command): Command {
  return command.option(
    '--traceparent <header>',
    'trace that the run belongs to (W3C); default: TRACEPARENT of the environment',
  );
}

/** The trace of a start. What the environment has is left aside if it is no traceparent, as tracers do. */
export function traceOf({ traceparent }: TraceOptions): string | undefined {
  const { TRACEPARENT: inherited = '' } = process.env;
  return traceparent ?? (TRACEPARENT.test(inherited) ? inherited : undefined);
}
