// A plan as a person sees it before it runs: the graph, each step, the faults that were mended.
import pc from 'picocolors';
import { drawGraph } from './draw-graph.ts';
import type { ShownRun } from './engine.ts';
import { count, errorText, printable, runLine, shorten } from './format.ts';
import { type PlanDefinition, type PlanEdge, type PlanStep, readPlan } from './plan-steps.ts';

/** A fault of a draft. */
export interface PlanFault {
  code: string;
  path: string;
  message: string;
  hint?: string;
}

/** Where a planning run stands. */
export interface PlanState {
  /** The plan as it was checked last; undefined before the first check. */
  definition: PlanDefinition | undefined;
  /** The faults of each draft that was checked, in order. */
  drafts: PlanFault[][];
  /** The approval that the run waits for. */
  approval: number | undefined;
  /** Faults of what a person made of it. */
  edited: PlanFault[];
}

interface Checked {
  definition?: PlanDefinition;
  faults?: PlanFault[];
}

/** Reads a planning run. */
export function planState({ interactions }: ShownRun): PlanState {
  const checkedBy = (conversation: string) =>
    interactions
      .filter((step) => step.conversation === conversation && step.status === 'completed')
      .sort((a, b) => a.iteration - b.iteration)
      .map(({ data }) => (data ?? {}) as Checked);
  const drafts = checkedBy('check');
  const confirmed = checkedBy('confirm').at(-1);
  const approval = interactions.find(
    ({ conversation, status }) => conversation === 'approve' && status === 'waiting',
  );
  return {
    definition: confirmed?.definition ?? drafts.at(-1)?.definition,
    drafts: drafts.map(({ faults }) => faults ?? []),
    approval: approval?.interaction_id,
    edited: confirmed?.faults ?? [],
  };
}

const SHOWN_NAME = 36;
/** Room for what a step is told, behind its name and kind. */
const LISTED = 400;

/** The plan, with the types of actors by name: its graph where the terminal is wide enough, and a list of its steps. */
export function planText(
  definition: PlanDefinition,
  types: Map<string, string>,
  width = process.stdout.columns || 100,
): string {
  const { steps, edges } = readPlan(definition, types);
  const boxes = steps.map((step) => ({ name: step.name, lines: boxLines(step) }));
  const graph = drawGraph(boxes, edges, width);
  return [
    `${pc.bold(printable(definition.name ?? 'plan'))}  ${pc.dim(shorten(definition.description ?? '', width - 10))}`,
    ...(graph === undefined ? [] : ['', ...graph]),
    '',
    ...steps.filter(({ kind }) => kind !== 'end').flatMap((step, i) => stepLines(step, i, edges)),
  ].join('\n');
}

function boxLines({ name, kind, by, forEach, join, undoneBy }: PlanStep): string[] {
  const table = /\bfrom\s+([a-z_]\w*(?:\.[a-z_]\w*)?)/i.exec(by)?.[1];
  const who = kind === 'query' ? ['query', table].filter(Boolean).join(' of ') : `${kind} ${by}`;
  return [
    name,
    who,
    ...(forEach === undefined ? [] : [`for each of ${forEach}`]),
    ...(join === undefined ? [] : [`join ${join}`]),
    ...(undoneBy === undefined ? [] : [`compensated: ${undoneBy}`]),
  ].map((line) => shorten(line, SHOWN_NAME));
}

function stepLines(step: PlanStep, index: number, edges: PlanEdge[]): string[] {
  const number = String(index + 1).padStart(3);
  const by = step.kind === 'query' ? shorten(step.by, LISTED) : printable(step.by);
  const each = step.forEach === undefined ? '' : `for each of ${printable(step.forEach)}`;
  const conditions = edges
    .filter(({ from, when, loop }) => from === step.name && (when ?? loop) !== undefined)
    .map(({ to, when, loop }) =>
      [`→ ${to}`, when, loop === undefined ? '' : `back, ${loop}× at most`]
        .filter(Boolean)
        .join(' '),
    );
  return [
    [number, pc.bold(printable(step.name)), step.kind, pc.cyan(by), each]
      .filter(Boolean)
      .join('  '),
    ...[step.asks, step.undoneBy && `compensated: ${step.undoneBy}`, ...conditions]
      .filter((line) => line !== undefined)
      .map((line) => pc.dim(`     ${shorten(line, LISTED)}`)),
  ];
}

/** The faults of a draft that went back to the model. */
export function draftFaults(faults: PlanFault[], draft: number): string {
  return [
    pc.yellow(`draft ${draft} had ${count(faults.length, 'fault')}`),
    ...faults.map((fault) => `  ${faultText(fault)}`),
  ].join('\n');
}

export function faultText({ path, message, hint }: PlanFault): string {
  const said = [path === '' ? '' : pc.dim(printable(path)), printable(message)].filter(Boolean);
  return `${said.join(' ')}${hint === undefined ? '' : ` ${pc.dim(printable(hint))}`}`;
}

/** The end of a planned run: of long results the beginning. */
export function plannedEnd({ run }: ShownRun, width = process.stdout.columns || 100): string {
  const results = Object.entries((run.output ?? {}) as Record<string, unknown>);
  return [
    runLine(run),
    ...(run.error === null ? [] : [pc.red(`  ${printable(errorText(run.error))}`)]),
    ...results.map(([name, value]) => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const items = Array.isArray(value) ? `${count(value.length, 'item')} ` : '';
      return `  ${pc.bold(printable(name))}: ${items}${shorten(text, Math.max(width * 3, 200))}`;
    }),
    pc.dim(`pgwave show ${run.workflow_run_id} --full shows all of it`),
  ].join('\n');
}
