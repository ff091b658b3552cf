import pc from 'picocolors';
import stringWidth from 'string-width';
import type { EngineError, RunSummary, ShownInteraction, ShownRun } from './engine.ts';

/** `812 ms`, `3.2 s`, `4 min 05 s`, `2 h 10 min`. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `2026-11-21 08:00:00`, where this program runs. */
export function localTime(time: string): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `1 run`, `3 runs`. */
export function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}

/** What cannot be printed in a terminal as it is, control characters among it, is left out: answers are not to be trusted. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it removes
  return text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** A text on one line, at most `length` characters. */
export function shorten(text: string, length: number): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  return stringWidth(line) <= length ? line : `${cut(line, Math.max(length - 1, 0)).trimEnd()}…`;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** As many characters as fit into so many columns; CJK and emoji take two. */
function cut(text: string, columns: number): string {
  let taken = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    taken += segment;
  }
  return taken;
}

/** A text filled with blanks to so many columns of a terminal. */
function pad(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const blanks = ' '.repeat(Math.max(columns - stringWidth(text), 0));
  return side === 'right' ? text + blanks : blanks + text;
}

const STATUS_COLOURS: Record<string, (text: string) => string> = {
  completed: pc.green,
  failed: pc.red,
  cancelled: pc.yellow,
  skipped: pc.dim,
  running: pc.cyan,
  waiting: pc.magenta,
  paused: pc.yellow,
};

/** A status in its colour. The width is that of the uncoloured text. */
export function coloured(status: string, width = 0): string {
  return (STATUS_COLOURS[status] ?? ((text: string) => text))(status.padEnd(width));
}

const SYMBOLS: Record<string, string> = {
  completed: '✓',
  failed: '✗',
  cancelled: '■',
  skipped: '–',
  running: '●',
  waiting: '◌',
  pending: '·',
};

/** The least that a column of texts is narrowed to. */
const NARROWEST = 10;

/** Widths of columns with two blanks between them: the widest text gives way until all fit, numbers stay whole. */
function fitColumns(wanted: number[], fixed: boolean[], room: number): number[] {
  const widths = [...wanted];
  const total = () => widths.reduce((sum, width) => sum + width + 2, -2);
  while (total() > room) {
    const widest = Math.max(...widths.map((width, column) => (fixed[column] ? 0 : width)));
    if (widest <= NARROWEST) break;
    const column = widths.findIndex((width, index) => !fixed[index] && width === widest);
    widths[column] = widest - 1;
  }
  return widths;
}

/** A table: a row of headings, then cells padded to their column. Numbers stand to the right. */
export function table(headings: string[], rows: (string | number | null)[][]): string {
  const cells = rows.map((row) => row.map((cell) => printable(String(cell ?? ''))));
  const wanted = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => stringWidth(row[column] ?? ''))),
  );
  const numeric = headings.map((_, column) =>
    rows.every((row) => typeof row[column] === 'number' || row[column] === null),
  );
  const widths = fitColumns(wanted, numeric, process.stdout.columns ?? Number.POSITIVE_INFINITY);
  const line = (row: string[], paint: (text: string) => string = (text) => text) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        if (headings[column] === 'STATUS') return coloured(cell, width);
        const side = rows.length > 0 && numeric[column] ? 'left' : 'right';
        return pad(shorten(cell, width), width, side);
      })
      .map(paint)
      .join('  ')
      .trimEnd();
  return [line(headings, pc.dim), ...cells.map((row) => line(row))].join('\n');
}

/** `timeout: the model took longer than 2 m`. */
export function errorText(error: EngineError | null): string {
  if (error === null) return '';
  return [error.code, error.message].filter(Boolean).join(': ');
}

/** `answer[3] ↻1`: the item of a map, the pass of a loop, both from 0. */
export function interactionName({ conversation, iteration, item_index }: ShownInteraction): string {
  const item = item_index === null ? '' : `[${item_index}]`;
  return `${conversation}${item}${iteration > 0 ? ` ↻${iteration}` : ''}`;
}

const ITEM_STATUSES = [
  'completed',
  'failed',
  'cancelled',
  'running',
  'waiting',
  'pending',
  'skipped',
] as const;

/** `5000 items: 4998 completed, 2 failed`. */
export function itemCounts(items: NonNullable<ShownInteraction['items']>): string {
  const counts = ITEM_STATUSES.filter((status) => (items[status] ?? 0) > 0).map(
    (status) => `${items[status]} ${status}`,
  );
  return `${items.total} item${items.total === 1 ? '' : 's'}: ${counts.join(', ')}`;
}

/** What an interaction waits for, and what its user can do about it. */
export function waitText(
  { interaction_id, waits, items, child_runs }: ShownInteraction,
  runId: number,
): string | undefined {
  if (waits === null) return undefined;
  const due = waits.due_at === null ? '' : localTime(waits.due_at);
  switch (waits.waits_for) {
    case 'human': {
      const by = waits.assignees === null ? '' : ` by ${waits.assignees.join(' or ')}`;
      const eyes = waits.four_eyes ? ', not by who started the run' : '';
      const until = due === '' ? '' : `, due ${due} (then ${waits.due_then ?? 'fail'})`;
      return `waits for a decision${printable(by)}${eyes}${until}: pgwave approve ${interaction_id}`;
    }
    case 'timer':
      return `waits until ${due}`;
    case 'signal':
      return `waits for a signal: pgwave signal ${runId} ${printable(waits.signal_name ?? '')}`;
    case 'workflow': {
      const child = waits.child_workflow_run_id;
      const status = child_runs?.find((run) => run.workflow_run_id === child)?.status;
      return `waits for run ${child}${status === undefined ? '' : `, ${status}`}: pgwave show ${child}`;
    }
    case 'tasks':
      return `waits for its tasks: pgwave batches ${runId}`;
    case 'slot':
      return (waits.slot ?? 'Waits for a free slot.').replace('Waits', 'waits').replace(/\.$/, '');
    case 'items':
      return items === null ? 'waits for its items' : undefined;
  }
}

const PENDING_REASONS: Record<string, string> = {
  disabled: 'its actor is disabled',
  max_concurrent: 'its actor is at max_concurrent',
  rate: "its actor's rate is used up",
  rate_limited: 'its actor asked to wait',
  circuit_open: "its actor's circuit is open",
  paused: 'paused',
};

/** Why what is pending does not begin, where there is more to it than that no worker has come for it. */
export function pendingText({
  status,
  pending_reason,
  pending_until,
}: ShownInteraction): string | undefined {
  const reason = status === 'pending' ? PENDING_REASONS[pending_reason ?? ''] : undefined;
  if (reason === undefined) return undefined;
  return pending_until === null ? reason : `${reason} until ${localTime(pending_until)}`;
}

/** `decided by ada: as agreed`. */
function decisionText({ decision }: ShownInteraction): string | undefined {
  if (decision === null) return undefined;
  const comment = decision.comment === undefined ? '' : `: ${shorten(decision.comment, 60)}`;
  return `decided by ${printable(decision.decided_by)}${comment}`;
}

/** What there is to say of an interaction besides who did it, when, and how it ended. */
function notesOf(interaction: ShownInteraction, runId: number): string[] {
  const { status, error, items, attempt } = interaction;
  const children = interaction.child_runs?.map((run) => `run ${run.workflow_run_id} ${run.status}`);
  const notes = [
    status === 'failed' || (status === 'pending' && error !== null)
      ? pc.red(shorten(errorText(error), 100))
      : undefined,
    status === 'skipped'
      ? pc.dim(`skipped: ${shorten(interaction.skip_reason ?? '', 80)}`)
      : undefined,
    status === 'cancelled' ? pc.dim(status) : undefined,
    items === null ? undefined : itemCounts(items),
    decisionText(interaction),
    status !== 'waiting' && children !== undefined ? pc.dim(children.join(', ')) : undefined,
    attempt > 1 ? pc.yellow(`attempt ${attempt}`) : undefined,
    interaction.copied_from_interaction_id === null
      ? undefined
      : pc.dim(`copied from ${interaction.copied_from_interaction_id}`),
    interaction.cached ? pc.dim('from the cache') : undefined,
    interaction.rehearsed ? pc.dim('rehearsed') : undefined,
    pendingText(interaction),
    // Last, since it ends in a command.
    status === 'waiting' ? waitText(interaction, runId) : undefined,
  ];
  return notes.filter((note) => note !== undefined);
}

/** One interaction on one line: what happened, who did it, its tag, its time, its size, and what else there is to say. */
export function interactionLine(
  interaction: ShownInteraction,
  runId: number,
  now = Date.now(),
): string {
  const { status, actor, actor_type, model, tag, size, started_at } = interaction;
  const symbol = (STATUS_COLOURS[status] ?? pc.dim)(SYMBOLS[status] ?? '·');
  const kind = actor_type === 'condition' ? null : actor_type;
  const who = printable(model ?? actor ?? kind ?? '');
  const took =
    interaction.duration_ms ??
    (status === 'running' && started_at !== null
      ? Math.max(now - Date.parse(started_at), 0)
      : null);
  const columns = [
    symbol,
    pad(interactionName(interaction), 21),
    pc.dim(pad(who, 27)),
    (tag === null ? '' : `[${shorten(tag, 20)}]`).padEnd(11),
    duration(took).padStart(9),
    (size === null ? '' : `${size} chars`).padStart(11),
    ...notesOf(interaction, runId),
  ];
  return columns.join(' ').trimEnd();
}

/** Every line of a text behind an indent; empty ones stay empty. */
export function indentLines(text: string, indent: string): string {
  return text.replace(/^(?=.*\S)/gm, indent);
}

/** A JSON value for people: an object's fields a line each, texts as they are, indented. */
export function valueLines(value: unknown, indent = '  '): string {
  const text = (inner: unknown) =>
    typeof inner === 'string' ? printable(inner).trim() : JSON.stringify(inner);
  if (value === null || value === undefined) return `${indent}(none)`;
  if (typeof value !== 'object' || Array.isArray(value)) return indentLines(text(value), indent);
  return Object.entries(value)
    .map(([key, inner]) => {
      const shown = text(inner);
      return shown.includes('\n')
        ? `${indent}${pc.bold(key)}:\n${indentLines(shown, `${indent}  `)}`
        : `${indent}${pc.bold(key)}: ${shown}`;
    })
    .join('\n');
}

/** `run 10001 posting-analysis completed in 3.2 s: 14 completed, 5 skipped`. */
export function runLine(run: RunSummary): string {
  const counts = (['completed', 'failed', 'skipped', 'open'] as const)
    .filter((what) => run[`interactions_${what}`] > 0)
    .map((what) => `${run[`interactions_${what}`]} ${what}`);
  const took = `${run.finished_at === null ? 'for' : 'in'} ${duration(run.duration_ms)}`;
  const sum = counts.length === 0 ? 'no interactions' : counts.join(', ');
  return `run ${run.workflow_run_id} ${run.workflow_name} ${coloured(run.status)} ${took}: ${sum}`;
}

const STDERR_LINES = 15;

/** What to do about an error, and what a script said before it crashed: the end of its stderr, where tracebacks name the cause. */
export function errorDetails(error: EngineError): string[] {
  const { hint, stderr } = (error.detail ?? {}) as { hint?: unknown; stderr?: unknown };
  const advice = typeof hint === 'string' ? [pc.dim(`    hint: ${printable(hint)}`)] : [];
  if (typeof stderr !== 'string' || stderr.trim() === '') return advice;
  const lines = printable(stderr).trimEnd().split('\n');
  const more = lines.length - STDERR_LINES;
  return [
    ...advice,
    ...(more > 0 ? [pc.dim(`    … ${count(more, 'more line')}`)] : []),
    ...lines.slice(-STDERR_LINES).map((line) => pc.dim(`    ${line}`)),
  ];
}

/** The end of a run: its line, its error, its result. */
export function runEnd({ run }: ShownRun): string {
  const lines = [runLine(run)];
  if (run.error !== null) {
    lines.push(pc.red(`  ${printable(errorText(run.error))}`), ...errorDetails(run.error));
  }
  const { output } = run;
  if (
    output !== null &&
    !(typeof output === 'object' && Object.keys(output as object).length === 0)
  ) {
    lines.push('result:', valueLines(output));
  }
  return lines.join('\n');
}

/** How long nothing may have happened before it is worth a word, in milliseconds. */
const IDLE_MS = 3000;
/** How many interactions are named before it is enough. */
const NAMED = 5;

function listed(names: string[]): string {
  const more = names.length - NAMED;
  return names.slice(0, NAMED).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

/** Whether what an interaction waits for is a child run in which something happens. */
function isWorkedOn({ status, waits, child_runs }: ShownInteraction): boolean {
  if (status !== 'waiting' || waits?.waits_for !== 'workflow') return false;
  const child = child_runs?.find((run) => run.workflow_run_id === waits.child_workflow_run_id);
  return child?.status === 'running' || child?.status === 'pending';
}

/** What a run that is not finished waits for, or `undefined`. */
export function whyIdle({ run, interactions }: ShownRun, idleMs: number): string | undefined {
  const id = run.workflow_run_id;
  if (run.status === 'paused') return `it is paused: pgwave resume ${id}`;
  if (run.status === 'waiting') {
    const waits = interactions
      .filter(({ status, items }) => status === 'waiting' && items === null)
      .filter((interaction) => !isWorkedOn(interaction))
      .map((interaction) => {
        const name = printable(interactionName(interaction));
        return `${name} ${waitText(interaction, id) ?? 'waits'}`;
      });
    const isIdle = waits.length > 0 || !interactions.some(isWorkedOn);
    return isIdle ? listed(waits) || 'it waits' : undefined;
  }
  if (idleMs <= IDLE_MS) return undefined;
  const pending = interactions
    .filter(
      ({ status, error, items }) =>
        (status === 'pending' && error === null) || (status === 'waiting' && items?.pending),
    )
    .map((interaction) => {
      const { conversation, actor, actor_type } = interaction;
      return {
        name: printable(`${conversation} (${[actor_type, actor].filter(Boolean).join(' ')})`),
        reason: pendingText(interaction),
      };
    });
  const held = pending.find(({ reason }) => reason !== undefined);
  if (held !== undefined) return `${held.name} waits: ${held.reason}`;
  if (pending.length === 0) return undefined;
  const functions = pending.some(({ name }) => name.includes('(function'))
    ? '; a worker has the functions of its --functions FILE only'
    : '';
  return `ready, and no worker takes it: ${listed([...new Set(pending.map(({ name }) => name))])}${functions}`;
}
