/** A graph without positions. */
export interface LayoutQuestion {
  nodes: { id: string; width: number; height: number }[];
  edges: { id: string; from: string; to: string; labelWidth: number }[];
}

interface Point {
  x: number;
  y: number;
}

/** Where nodes and edges lie: the same for the same graph. */
export interface Layout {
  nodes: Record<string, Point>;
  edges: Record<string, { points: Point[]; label: Point | undefined }>;
}

let worker: Worker | undefined;
let asked = 0;
const waiting = new Map<number, (layout: Layout) => void>();

/** Lays a graph out in a worker of the browser. */
export function layOut(question: LayoutQuestion): Promise<Layout> {
  if (worker === undefined) {
    worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ id: number; layout: Layout }>) => {
      waiting.get(data.id)?.(data.layout);
      waiting.delete(data.id);
    };
  }
  asked += 1;
  const id = asked;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ ...question, id });
  });
}
