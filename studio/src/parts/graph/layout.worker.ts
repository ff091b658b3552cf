import dagre from '@dagrejs/dagre';
import type { Layout, LayoutQuestion } from './layout.ts';

// Away from the page's thread: a graph of 300 conversations takes longer than a frame.
self.onmessage = ({ data }: MessageEvent<LayoutQuestion & { id: number }>) => {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: 'TB',
    nodesep: 34,
    ranksep: 52,
    edgesep: 18,
    marginx: 12,
    marginy: 12,
  });
  for (const { id, width, height } of data.nodes) graph.setNode(id, { width, height });
  for (const { id, from, to, labelWidth } of data.edges) {
    graph.setEdge(
      from,
      to,
      { width: labelWidth, height: labelWidth > 0 ? 18 : 0, labelpos: 'c' },
      id,
    );
  }
  dagre.layout(graph);
  const layout: Layout = { nodes: {}, edges: {} };
  for (const { id, width, height } of data.nodes) {
    const { x, y } = graph.node(id);
    layout.nodes[id] = { x: x - width / 2, y: y - height / 2 };
  }
  for (const { id, from, to } of data.edges) {
    const { points, x, y } = graph.edge(from, to, id) as {
      points: { x: number; y: number }[];
      x?: number;
      y?: number;
    };
    layout.edges[id] = { points, label: x === undefined || y === undefined ? undefined : { x, y } };
  }
  self.postMessage({ id: data.id, layout });
};
