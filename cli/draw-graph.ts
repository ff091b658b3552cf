// A directed graph in boxes and lines. dagre says which box stands where; this draws them on a grid of characters.
import dagre from '@dagrejs/dagre';

/** A box: its name, and lines of text. */
export interface GraphBox {
  name: string;
  lines: string[];
}

const GAP = 3;
const [NORTH, EAST, SOUTH, WEST] = [1, 2, 4, 8];
/** Of a cell, by the sides to which a line leads: 1 north, 2 east, 4 south, 8 west. */
const LINES = ' ╵╶└╷│┌├╴┘─┴┐┤┬┼';

/** The graph as lines of text; undefined where it is wider than `width`. Edges that lead back are not drawn. */
export function drawGraph(
  boxes: GraphBox[],
  edges: { from: string; to: string }[],
  width: number,
): string[] | undefined {
  const height = Math.max(1, ...boxes.map(({ lines }) => lines.length)) + 2;
  const graph = layOut(boxes, edges, height);
  const ranks = [...new Set(boxes.map(({ name }) => graph.node(name).y))].sort((a, b) => a - b);
  const rankOf = (name: string) => ranks.indexOf(graph.node(name).y);
  const links = graph.edges() as { v: string; w: string }[];
  const hops = links.flatMap(({ v, w }) => {
    const { points } = graph.edge(v, w) as { points: { x: number; y: number }[] };
    const [first, last] = [rankOf(v), rankOf(w)];
    const xs = ranks.map((y, rank) =>
      Math.round(
        rank === first ? graph.node(v).x : rank === last ? graph.node(w).x : xAt(points, y),
      ),
    );
    return ranks
      .map((_, rank) => rank)
      .filter((rank) => rank > first && rank <= last)
      .map((rank) => ({ rank, from: xs[rank - 1] ?? 0, to: xs[rank] ?? 0, ends: rank === last }));
  });
  const bends = ranks.map((_, rank) => assignRows(hops.filter((hop) => hop.rank === rank)));
  const tops: number[] = [];
  for (const [rank, rows] of bends.entries()) {
    const above = tops[rank - 1];
    tops.push(above === undefined ? 0 : above + height + new Set(rows.values()).size + 2);
  }

  const grid = createGrid();
  for (const { rank, from, to, ends } of hops) {
    const top = tops[rank] as number;
    const bottom = (tops[rank - 1] as number) + height;
    const bend = bottom + 1 + (bends[rank]?.get(to) ?? 0);
    // from the box above, or from the middle of a row that the edge passes
    grid.vertical(from, bottom - 1, bend);
    grid.horizontal(bend, from, to);
    grid.vertical(to, bend, ends ? top - 1 : top + height - 1);
    if (ends) grid.put(to, top - 1, '▼');
  }
  for (const { name, lines } of boxes) {
    const inner = widthOf(lines);
    const left = Math.round(graph.node(name).x) - Math.floor((inner + 4) / 2);
    const row = tops[rankOf(name)] as number;
    grid.text(left, row, `┌${'─'.repeat(inner + 2)}┐`);
    for (let i = 0; i < height - 2; i += 1) {
      grid.text(left, row + 1 + i, `│ ${(lines[i] ?? '').padEnd(inner)} │`);
    }
    grid.text(left, row + height - 1, `└${'─'.repeat(inner + 2)}┘`);
  }
  const drawn = grid.lines();
  return Math.max(...drawn.map((line) => [...line].length)) > width ? undefined : drawn;
}

/** A row for each place to which edges between two ranks lead, so that only those of one place share a line. */
function assignRows(hops: { from: number; to: number }[]): Map<number, number> {
  const targets = [...new Set(hops.map(({ to }) => to))];
  const lines = targets.map((to) => {
    const sources = hops.filter((hop) => hop.to === to).map(({ from }) => from);
    return { to, sources, left: Math.min(to, ...sources), right: Math.max(to, ...sources) };
  });
  lines.sort((a, b) => a.left - b.left);
  const rows: (typeof lines)[] = [];
  const assigned = new Map<number, number>();
  for (const line of lines) {
    const isFree = (other: typeof line) => {
      if (other.right < line.left || line.right < other.left) return true;
      // side by side from one box: they may begin at one point
      const isOneBox = new Set([...line.sources, ...other.sources]).size === 1;
      return isOneBox && (other.right === line.left || line.right === other.left);
    };
    let row = rows.findIndex((taken) => taken.every(isFree));
    if (row < 0) row = rows.push([]) - 1;
    rows[row]?.push(line);
    assigned.set(line.to, row);
  }
  return assigned;
}

function widthOf(lines: string[]): number {
  return Math.max(...lines.map((line) => [...line].length));
}

const createGraph = () => new dagre.graphlib.Graph();

function layOut(boxes: GraphBox[], edges: { from: string; to: string }[], height: number) {
  const graph = createGraph();
  graph.setGraph({ rankdir: 'TB', nodesep: GAP, edgesep: GAP, ranksep: GAP, marginx: 1 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name, lines } of boxes) graph.setNode(name, { width: widthOf(lines) + 4, height });
  const leadsTo = new Map<string, Set<string>>();
  const reaches = (from: string, to: string): boolean =>
    from === to || [...(leadsTo.get(from) ?? [])].some((next) => reaches(next, to));
  for (const { from, to } of edges) {
    if (!graph.hasNode(from) || !graph.hasNode(to) || reaches(to, from)) continue;
    leadsTo.set(from, (leadsTo.get(from) ?? new Set()).add(to));
    graph.setEdge(from, to);
  }
  dagre.layout(graph);
  keepOrder(graph, boxes);
  return graph;
}

/** dagre does not mind which side is left: what is named first shall be, where most boxes can. */
function keepOrder(graph: ReturnType<typeof createGraph>, boxes: GraphBox[]): void {
  const placed = boxes.map(({ name }) => graph.node(name));
  const turned = placed.flatMap((a, i) =>
    placed.slice(i + 1).map((b) => (a.y === b.y ? Math.sign(a.x - b.x) : 0)),
  );
  if (turned.reduce<number>((sum, sign) => sum + sign, 0) <= 0) return;
  const width = graph.graph().width ?? 0;
  for (const node of placed) node.x = width - node.x;
  for (const { v, w } of graph.edges()) {
    for (const point of graph.edge(v, w).points) point.x = width - point.x;
  }
}

/** Where an edge that passes a row of boxes crosses it. */
function xAt(points: { x: number; y: number }[], y = 0): number {
  const after = points.findIndex((point) => point.y >= y);
  const [a, b] = [points[Math.max(after - 1, 0)], points[Math.max(after, 0)]];
  if (a === undefined || b === undefined || a.y === b.y) return b?.x ?? 0;
  return a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y);
}

/** Characters by place. Lines that meet are joined; text covers lines. */
function createGrid() {
  const sides = new Map<string, number>();
  const texts = new Map<string, string>();
  let [rows, columns] = [0, 0];
  const grow = (x: number, y: number) => {
    rows = Math.max(rows, y + 1);
    columns = Math.max(columns, x + 1);
  };
  const join = (x: number, y: number, side: number) => {
    grow(x, y);
    sides.set(`${x} ${y}`, (sides.get(`${x} ${y}`) ?? 0) | side);
  };
  return {
    vertical(x: number, from: number, to: number) {
      for (let y = from; y < to; y += 1) {
        join(x, y, SOUTH as number);
        join(x, y + 1, NORTH as number);
      }
    },
    horizontal(y: number, from: number, to: number) {
      for (let x = Math.min(from, to); x < Math.max(from, to); x += 1) {
        join(x, y, EAST as number);
        join(x + 1, y, WEST as number);
      }
    },
    put(x: number, y: number, char: string) {
      grow(x, y);
      texts.set(`${x} ${y}`, char);
    },
    text(x: number, y: number, text: string) {
      for (const [i, char] of [...text].entries()) this.put(x + i, y, char);
    },
    lines(): string[] {
      return Array.from({ length: rows }, (_, y) =>
        Array.from(
          { length: columns },
          (_, x) => texts.get(`${x} ${y}`) ?? LINES[sides.get(`${x} ${y}`) ?? 0] ?? ' ',
        )
          .join('')
          .trimEnd(),
      );
    },
  };
}
