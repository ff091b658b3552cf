import '@xyflow/react/dist/base.css';
import { Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { Position, ReactFlow, type ReactFlowInstance, ReactFlowProvider } from '@xyflow/react';
import { TriangleAlert } from 'lucide-react';
import { type DragEvent, useMemo, useRef, useState } from 'react';
import { type BranchEdge, BranchLine } from './BranchLine.tsx';
import { Controls, FIT } from './Controls.tsx';
import { ConversationBox, type ConversationNode } from './ConversationBox.tsx';
import { Choice } from './choice.ts';
import { branchLabel, type Editing, leading, type RunState, type VersionGraph } from './model.ts';
import { HEIGHT, useLayout, WIDTH } from './use-layout.ts';

/** What is dragged into the graph, by this type. */
export const DRAGGED = 'application/x-pgwave-conversation';

// Told, not measured: else edges are gone for a moment whenever a node is another object.
const MEASURED = { width: WIDTH, height: HEIGHT };
const HANDLES = [
  { type: 'target' as const, position: Position.Top, x: WIDTH / 2, y: 0, width: 1, height: 1 },
  {
    type: 'source' as const,
    position: Position.Bottom,
    x: WIDTH / 2,
    y: HEIGHT,
    width: 1,
    height: 1,
  },
];

const NODE_TYPES = { conversation: ConversationBox };
const EDGE_TYPES = { branch: BranchLine };

/** A workflow's graph, with the states of a run where there is one. */
export function Graph({
  graph,
  state,
  chosen,
  choose,
  editing,
}: {
  graph: VersionGraph;
  state?: RunState | undefined;
  chosen?: string | undefined;
  choose: (name: string) => void;
  editing?: Editing | undefined;
}) {
  const isEdited = editing !== undefined;
  const layout = useLayout(graph, isEdited);
  const isRun = state !== undefined;
  // By name, since the places of a draft's conversations change.
  const [moved, setMoved] = useState<Readonly<Record<string, { x: number; y: number }>>>({});
  const choice = useMemo(
    () => ({ chosen, choose, isRun, editing }),
    [chosen, choose, isRun, editing],
  );
  const nameOf = useMemo(
    () => new Map(graph.conversations.map(({ conversation_id, name }) => [conversation_id, name])),
    [graph],
  );
  const nodes = useMemo<ConversationNode[]>(
    () =>
      layout === undefined
        ? []
        : graph.conversations.map((conversation) => ({
            id: String(conversation.conversation_id),
            type: 'conversation',
            position: moved[conversation.name] ??
              layout.nodes[conversation.conversation_id] ?? { x: 0, y: 0 },
            width: WIDTH,
            height: HEIGHT,
            measured: MEASURED,
            handles: HANDLES,
            data: {
              conversation,
              state: state?.nodes.get(conversation.conversation_id),
              ends: graph.branches
                .filter(({ from, to }) => to === null && from === conversation.conversation_id)
                .map((branch) => branchLabel(branch) || 'success'),
              faults: editing?.faults.get(conversation.conversation_id) ?? 0,
            },
          })),
    [graph, layout, state, moved, editing],
  );
  const edges = useMemo<BranchEdge[]>(
    () =>
      layout === undefined
        ? []
        : leading(graph).map((branch) => {
            const laid = layout.edges[branch.branch_id];
            const taken = state?.taken.get(branch.branch_id) ?? 0;
            return {
              id: String(branch.branch_id),
              type: 'branch',
              source: String(branch.from),
              target: String(branch.to),
              markerEnd: { type: 'arrowclosed' as never, color: taken > 0 ? '#4dabf7' : '#999999' },
              data: {
                points: laid?.points ?? [],
                at: laid?.label,
                label: branchLabel(branch),
                taken,
                failure: branch.after === 'failure',
                name: `from ${nameOf.get(branch.from)} to ${nameOf.get(branch.to as number)}`,
                isMoved:
                  laid === undefined ||
                  [branch.from, branch.to as number].some((id) => (nameOf.get(id) ?? '') in moved),
              },
            };
          }),
    [graph, layout, state, moved, nameOf],
  );
  const flow = useRef<ReactFlowInstance<ConversationNode, BranchEdge>>(undefined);
  const drop = (event: DragEvent) => {
    const dragged = event.dataTransfer.getData(DRAGGED);
    if (!editing || dragged === '') return;
    event.preventDefault();
    const onto = (event.target as Element).closest<HTMLElement>('.react-flow__node')?.dataset.id;
    const name = editing.drop(dragged, onto === undefined ? undefined : Number(onto));
    const at = flow.current?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    // What is dropped on another finds its place below that.
    if (name === undefined || at === undefined || onto !== undefined) return;
    setMoved((now) => ({ ...now, [name]: { x: at.x - WIDTH / 2, y: at.y - HEIGHT / 2 } }));
  };
  const { ref, width } = useElementSize();
  const places = Object.values(layout?.nodes ?? {});
  const drawnHeight = Math.max(0, ...places.map(({ y }) => y + HEIGHT));
  const drawnWidth = Math.max(1, ...places.map(({ x }) => x + WIDTH));
  // As high as what is drawn, once it is as narrow as the page.
  const scale = width === 0 ? 1 : Math.min(1, width / (1.15 * drawnWidth));
  const height = Math.max(170, Math.round(drawnHeight * scale) + 72);
  if (graph.conversations.length === 0) {
    return (
      <Group p="lg" gap="xs">
        <TriangleAlert size={16} aria-hidden />
        <Text size="sm">This version has no conversations to draw.</Text>
      </Group>
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what can be dropped can also be chosen from the list by a key
    <div
      className={isEdited ? 'panel edited' : 'panel'}
      onDragOver={(event) => {
        if (isEdited && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={drop}
      ref={ref}
      style={{ height: `min(72vh, ${height}px)`, position: 'relative' }}
      data-testid="graph"
    >
      <ReactFlowProvider>
        <Choice.Provider value={choice}>
          {layout && (
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODE_TYPES}
              edgeTypes={EDGE_TYPES}
              nodesDraggable={isEdited}
              nodesConnectable={isEdited}
              onNodesChange={(changes) => {
                for (const change of changes) {
                  if (change.type !== 'position' || !change.position) continue;
                  const name = nameOf.get(Number(change.id));
                  const { position } = change;
                  if (name !== undefined) setMoved((now) => ({ ...now, [name]: position }));
                }
              }}
              onInit={(instance) => {
                flow.current = instance;
              }}
              onConnect={({ source, target }) => editing?.connect(Number(source), Number(target))}
              nodesFocusable={false}
              edgesFocusable={false}
              elementsSelectable={false}
              onlyRenderVisibleElements={graph.conversations.length > 60}
              zoomOnScroll={false}
              panOnScroll
              preventScrolling={false}
              minZoom={0.15}
              maxZoom={1.5}
              fitView
              fitViewOptions={FIT}
            />
          )}
          <Controls />
        </Choice.Provider>
      </ReactFlowProvider>
    </div>
  );
}
