// A workflow's graph in the formats of other programs.
import dagre from '@dagrejs/dagre';
import type { PlanEdge, PlanGraph, PlanStep } from './plan-steps.ts';

/** What is written beside an edge. */
function labelOf({ when, loop }: PlanEdge): string {
  return [when, loop === undefined ? undefined : `back, max ${loop}×`].filter(Boolean).join(' ');
}

function linesOf({ name, kind, by, forEach, join, undoneBy }: PlanStep): string[] {
  const who = kind === 'query' ? 'query' : `${kind} ${by}`.trim();
  return [
    name,
    who,
    ...(forEach === undefined ? [] : [`for each of ${forEach}`]),
    ...(join === undefined ? [] : [`join ${join}`]),
    ...(undoneBy === undefined ? [] : [`compensated: ${undoneBy}`]),
  ];
}

/** Steps by number: a name may hold what a format does not take. */
function numbered({ steps }: PlanGraph): Map<string, string> {
  return new Map(steps.map(({ name }, index) => [name, `n${index}`]));
}

const MERMAID_CODES: Record<string, string> = { '"': '#quot;', '#': '#35;', '<': '#lt;' };

/** Mermaid's `flowchart`. */
export function mermaidOf(graph: PlanGraph): string {
  const ids = numbered(graph);
  const text = (value: string) => value.replace(/["#<]/g, (sign) => MERMAID_CODES[sign] ?? sign);
  return [
    'flowchart TD',
    ...graph.steps.map(
      (step) => `  ${ids.get(step.name)}["${linesOf(step).map(text).join('<br/>')}"]`,
    ),
    ...graph.edges.map((edge) => {
      const label = labelOf(edge);
      const arrow = edge.loop === undefined ? '-->' : '-.->';
      return `  ${ids.get(edge.from)} ${arrow}${label === '' ? '' : `|"${text(label)}"|`} ${ids.get(edge.to)}`;
    }),
  ].join('\n');
}

/** The language of Graphviz. */
export function dotOf(graph: PlanGraph): string {
  const ids = numbered(graph);
  const quoted = (lines: string[]) =>
    `"${lines.map((line) => line.replace(/["\\]/g, '\\$&')).join('\\n')}"`;
  return [
    'digraph {',
    '  node [shape=box]',
    ...graph.steps.map((step) => `  ${ids.get(step.name)} [label=${quoted(linesOf(step))}]`),
    ...graph.edges.map((edge) => {
      const style = edge.loop === undefined ? '' : ', style=dashed';
      return `  ${ids.get(edge.from)} -> ${ids.get(edge.to)} [label=${quoted([labelOf(edge)])}${style}]`;
    }),
    '}',
  ].join('\n');
}

const XML_CODES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const [LETTER, LINE, PADDING, MARGIN] = [7.3, 17, 10, 12];

/** A picture of its own: boxes and arrows where dagre says. */
export function svgOf({ steps, edges }: PlanGraph): string {
  const text = (value: string) => value.replace(/[&<>"]/g, (sign) => XML_CODES[sign] ?? sign);
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ marginx: MARGIN, marginy: MARGIN, ranksep: 46 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) {
    const lines = linesOf(step);
    const width = Math.max(...lines.map((line) => line.length)) * LETTER + 2 * PADDING;
    graph.setNode(step.name, { width, height: lines.length * LINE + 2 * PADDING });
  }
  for (const [index, edge] of edges.entries()) {
    const width = labelOf(edge).length * LETTER;
    graph.setEdge(edge.from, edge.to, { width, height: LINE, labelpos: 'c' }, String(index));
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const round = (value: number) => Math.round(value * 10) / 10;
  const boxes = steps.map((step) => {
    const box = graph.node(step.name);
    const [left, top] = [box.x - box.width / 2, box.y - box.height / 2];
    return [
      `<rect x="${round(left)}" y="${round(top)}" width="${round(box.width)}" height="${round(box.height)}" rx="4" fill="white" stroke="black"/>`,
      ...linesOf(step).map(
        (line, index) =>
          `<text x="${round(box.x)}" y="${round(top + PADDING + (index + 0.75) * LINE)}" text-anchor="middle"${index === 0 ? ' font-weight="bold"' : ''}>${text(line)}</text>`,
      ),
    ].join('\n');
  });
  const arrows = edges.map((edge, index) => {
    const { points, x, y } = graph.edge(edge.from, edge.to, String(index)) as {
      points: { x: number; y: number }[];
      x: number;
      y: number;
    };
    const path = points.map((point) => `${round(point.x)},${round(point.y)}`).join(' ');
    const dashed = edge.loop === undefined ? '' : ' stroke-dasharray="5 4"';
    const label = labelOf(edge);
    return [
      `<polyline points="${path}" fill="none" stroke="black"${dashed} marker-end="url(#arrow)"/>`,
      ...(label === ''
        ? []
        : [
            `<text x="${round(x)}" y="${round(y + 4)}" text-anchor="middle" stroke="white" stroke-width="4" paint-order="stroke">${text(label)}</text>`,
          ]),
    ].join('\n');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="monospace" font-size="12">`,
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
    ...arrows,
    ...boxes,
    '</svg>',
  ].join('\n');
}
