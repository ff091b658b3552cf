import { CommanderError } from 'commander';
import pc from 'picocolors';
import { isConnectionLost, isServerError } from '../src/database/connection-errors.ts';
import { describeFaults, FaultsError } from '../src/definitions/faults.ts';
import { fromDatabaseError, PgwaveError } from '../src/errors.ts';
import { EXIT } from './exit-codes.ts';
import { configFile } from './settings.ts';

const NO_DATABASE = new Set(['PWDBU', 'PWENV', 'PWEMB']);

/** Errors that a setting may lead to: they say which config file is used. */
const BY_SETTINGS = new Set([...NO_DATABASE, 'PWOLL', 'PWFUN', 'PWSRV', 'PWOLD', 'PWJWT']);

/** Ends a command with this exit code; what there is to say has been said. */
export class ExitError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = 'ExitError';
    this.exitCode = exitCode;
  }
}

/** A command line that is understood by the parser and makes no sense all the same. */
export function usageError(message: string, hint?: string): PgwaveError {
  return new PgwaveError('PWUSE', message, { hint });
}

/** Any error as one with a code, a message and, where something can be done, a hint; `command` is what was asked for. */
export function toPgwaveError(thrown: unknown, command = 'pgwave'): PgwaveError {
  const error = fromDatabaseError(thrown);
  if (error instanceof PgwaveError) return error;
  if (error instanceof CommanderError) {
    const [said = ''] = error.message.replace(/^error: /, '').split('\n');
    return usageError(
      said.replace(
        /^command-argument value ('.*') is invalid for argument '(.*)'\. It /,
        '$1 will not do for <$2>: it ',
      ),
      /\((Did you mean .*)\)/.exec(error.message)?.[1] ??
        `${command} --help lists ${command === 'pgwave' ? 'commands and options' : 'what it takes, with examples'}.`,
    );
  }
  const { code = '', message = String(error) } = (error ?? {}) as {
    code?: string;
    message?: string;
  };
  if (isConnectionLost(error)) {
    return new PgwaveError('PWDBU', 'The connection to the database was lost', {
      detail: message,
      hint: 'Check that the server runs, then try again: what was started goes on with the next worker.',
      cause: error,
    });
  }
  if (isServerError(error)) {
    return new PgwaveError(code || 'PWBUG', message, {
      detail: error.detail,
      hint:
        code === '42501'
          ? 'Connect as a user with the role that this needs, such as pgwave_operator.'
          : error.hint,
      cause: error,
    });
  }
  return new PgwaveError('PWBUG', message, {
    hint: 'Set PGWAVE_DEBUG=1 for the stack trace, and report it.',
    cause: error,
  });
}

function exitCodeOf(error: PgwaveError): number {
  if (error.code === 'PWUSE') return EXIT.usage;
  return NO_DATABASE.has(error.code) ? EXIT.noDatabase : EXIT.failed;
}

interface Finding {
  path?: string;
  message: string;
  hint?: string | null;
}

/** What the detail of a refusal lists: a JSON array, or a JSON object a line; undefined where it is prose. */
function readFindings(detail: string): Finding[] | undefined {
  try {
    const read: unknown = detail.startsWith('[')
      ? JSON.parse(detail)
      : detail.split('\n').map((line) => JSON.parse(line) as unknown);
    const findings = read as Finding[];
    return findings.every(({ message }) => typeof message === 'string') ? findings : undefined;
  } catch {
    return undefined;
  }
}

function printedDetail({ message, detail, hint }: PgwaveError): string[] {
  if (!detail) return [];
  const findings = readFindings(detail);
  if (findings === undefined) return [`  ${detail.replaceAll('\n', '\n  ')}`];
  const [first] = findings;
  // The message tells of the first already.
  if (findings.length === 1 && first && message.includes(first.message)) return [];
  return findings.flatMap((finding) => [
    `  ${finding.path ? `${finding.path}: ` : ''}${finding.message}`,
    ...(finding.hint && finding.hint !== hint ? [`    hint: ${finding.hint}`] : []),
  ]);
}

function printed(error: PgwaveError): string {
  const lines = [`${pc.red('error')} ${error.code}: ${error.message}`];
  if (error instanceof FaultsError) lines.push(describeFaults(error.faults));
  else lines.push(...printedDetail(error));
  if (error.hint) lines.push(`hint: ${error.hint}`);
  const config = BY_SETTINGS.has(error.code) ? configFile() : undefined;
  if (config !== undefined) lines.push(`configuration: ${config}`);
  return lines.join('\n');
}

/** Says on stderr which discovery queries failed, and ends with exit code 1 if there are any: their tasks are not known. */
export function failOnWarnings(warnings: string[], json = false): void {
  if (warnings.length === 0) return;
  const error = new PgwaveError('PWQRY', warnings.join('; '), {
    hint: 'Correct the pending_tasks query and apply the workflow again.',
  });
  process.stderr.write(`${json ? JSON.stringify({ error }) : printed(error)}\n`);
  throw new ExitError(EXIT.failed);
}

/** An error as JSON: what its detail lists is a list there, too. */
function asJson(error: PgwaveError): Record<string, unknown> {
  const findings = error.detail === undefined ? undefined : readFindings(error.detail);
  if (findings === undefined) return error.toJSON();
  const detail = findings.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  return { faults: findings, ...error.toJSON(), detail: detail.join('\n') };
}

/** Says on stderr what went wrong, as text or JSON, and returns the exit code. A stack trace only with PGWAVE_DEBUG=1. */
export function reportError(thrown: unknown, json: boolean, command?: string): number {
  if (thrown instanceof ExitError) return thrown.exitCode;
  // The help that was asked for, and the version.
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok;
  const error = toPgwaveError(thrown, command);
  process.stderr.write(`${json ? JSON.stringify({ error: asJson(error) }) : printed(error)}\n`);
  if (process.env.PGWAVE_DEBUG === '1') {
    const { stack } = thrown instanceof Error ? thrown : error;
    process.stderr.write(`${stack}\n`);
  }
  return exitCodeOf(error);
}
