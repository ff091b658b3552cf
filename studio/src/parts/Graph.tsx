import '@xyflow/react/dist/base.css';
import { ActionIcon, Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import {
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import { Maximize, Minus, Plus, TriangleAlert } from 'lucide-react';
import { createContext, memo, useContext, useEffect, useMemo, useState } from 'react';
import { plural } from '../data/format.ts';
import { type Layout, layOut } from './layout.ts';
import { StatusIcon } from './Status.tsx';

/** A version's graph, as the database gives it. */
export interface VersionGraph {
  conversations: {
    conversation_id: number;
    name: string;
    type: string;
    actor: string | null;
    join: string;
    join_count: number | null;
    join_expression: string | null;
    race: string | null;
    map: boolean;
    on_failure: string;
    /** Whether a run that fails undoes it. */
    compensated: boolean;
    /** Whether it is several steps that are one. */
    block: boolean;
  }[];
  branches: {
    /** Of a draft: its place, as text. */
    branch_id: number | string;
    from: number;
    /** Null: it leads nowhere, or ends the run. */
    to: number | null;
    after: 'success' | 'failure' | 'skip';
    kind: string;
    tags: string[] | null;
    predicate: string | null;
    max_loops: number | null;
    /** The path to the limit of a loop. */
    loop: string | null;
    /** Whether it ends the run. */
    ends: boolean;
  }[];
}

/** What a run says of a conversation. */
export interface NodeState {
  status: string;
  note: string;
}

export interface RunState {
  nodes: Map<number, NodeState>;
  taken: Map<number | string, number>;
}

/** What a person does to a graph that may be changed. */
export interface Editing {
  connect: (from: number, to: number) => void;
  chooseBranch: (id: string) => void;
  chosenBranch: string | undefined;
  /** How many faults a conversation has. */
  faults: ReadonlyMap<number, number>;
}

const WIDTH = 236;
const HEIGHT = 62;
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

type ConversationNode = Node<
  {
    conversation: VersionGraph['conversations'][number];
    state: NodeState | undefined;
    /** What ends here: its branches that lead nowhere. */
    ends: string[];
    faults: number;
  },
  'conversation'
>;
type BranchEdge = Edge<
  {
    points: { x: number; y: number }[];
    at: { x: number; y: number } | undefined;
    label: string;
    /** From where to where. */
    name: string;
    taken: number;
    failure: boolean;
    /** Whether an end of it was moved: the points of the layout lead elsewhere then. */
    isMoved: boolean;
  },
  'branch'
>;

const Choice = createContext<{
  chosen: string | undefined;
  choose: (name: string) => void;
  /** Whether it is the graph of a run: a node without a state has not begun. */
  isRun: boolean;
  editing: Editing | undefined;
}>({ chosen: undefined, choose: () => {}, isRun: false, editing: undefined });

const ConversationBox = memo(
  ({ data: { conversation, state, ends, faults } }: NodeProps<ConversationNode>) => {
    const { chosen, choose, isRun, editing } = useContext(Choice);
    const classes = [
      'node nopan',
      faults > 0 && 'faulty',
      state?.status ?? (isRun ? 'none' : 'drawn'),
      conversation.map && 'stack',
      chosen === conversation.name && 'selected',
    ];
    const joins = conversation.join === 'merge' ? '' : conversation.join;
    return (
      <>
        <Handle type="target" position={Position.Top} isConnectable={editing !== undefined} />
        <button
          type="button"
          className={classes.filter(Boolean).join(' ')}
          onClick={() => choose(conversation.name)}
          aria-pressed={chosen === conversation.name}
          title={conversation.name}
        >
          <div className="name cut">{conversation.name}</div>
          <div className="sub">
            {faults > 0 && (
              <span className="tone-failed fault-mark">
                <TriangleAlert size={12} aria-hidden /> {plural(faults, 'fault')}
              </span>
            )}
            {state && (
              <span className={`status tone-${state.status}`}>
                <StatusIcon status={state.status} size={12} />
                {state.status}
              </span>
            )}
            <span className="cut">
              {state?.note ||
                conversation.actor ||
                (conversation.block ? 'block' : conversation.type.replace('_', ' '))}
              {joins &&
                ` · join ${conversation.join_expression ?? conversation.join_count ?? joins}${conversation.race ? ', cancels' : ''}`}
              {conversation.compensated && ' · compensated'}
              {ends.length > 0 && ` · ends on ${ends.join(', ')}`}
            </span>
          </div>
        </button>
        <Handle type="source" position={Position.Bottom} isConnectable={editing !== undefined} />
      </>
    );
  },
);

/** A curve through the points that the layout gives. */
function curve(points: { x: number; y: number }[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let path = `M${first.x},${first.y}`;
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    path +=
      next === undefined
        ? ` L${point.x},${point.y}`
        : ` Q${point.x},${point.y} ${(point.x + next.x) / 2},${(point.y + next.y) / 2}`;
  }
  return path;
}

const BranchLine = memo(({ id, data, markerEnd, ...ends }: EdgeProps<BranchEdge>) => {
  const { editing } = useContext(Choice);
  if (data === undefined) return null;
  const isChosen = editing?.chosenBranch === id;
  const classes = [
    'edge',
    data.taken > 0 && 'taken',
    data.failure && 'failure',
    isChosen && 'chosen',
  ];
  const points = data.isMoved
    ? [
        { x: ends.sourceX, y: ends.sourceY },
        { x: ends.targetX, y: ends.targetY },
      ]
    : data.points;
  const middle = points[Math.floor((points.length - 1) / 2)] ?? { x: 0, y: 0 };
  const at = data.isMoved
    ? { x: (ends.sourceX + ends.targetX) / 2, y: (ends.sourceY + ends.targetY) / 2 }
    : (data.at ?? middle);
  const text = data.taken > 1 ? `${data.label} ×${data.taken}`.trim() : data.label;
  return (
    <>
      <path
        id={id}
        d={curve(points)}
        className={classes.filter(Boolean).join(' ')}
        markerEnd={markerEnd}
      />
      {editing && (
        <EdgeLabelRenderer>
          <button
            type="button"
            className="edge-label cut nopan editable"
            aria-pressed={isChosen}
            aria-label={`${text || 'always'}: branch ${data.name}`}
            title={text}
            style={{ transform: `translate(-50%, -50%) translate(${at.x}px,${at.y}px)` }}
            onClick={() => editing.chooseBranch(id)}
          >
            {text || 'always'}
          </button>
        </EdgeLabelRenderer>
      )}
      {!editing && text !== '' && (
        <EdgeLabelRenderer>
          <div
            className="edge-label cut"
            title={text}
            style={{ transform: `translate(-50%, -50%) translate(${at.x}px,${at.y}px)` }}
          >
            {text}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

const NODE_TYPES = { conversation: ConversationBox };
const EDGE_TYPES = { branch: BranchLine };

/** What decides a branch, in a few words. */
export function branchLabel(branch: VersionGraph['branches'][number]): string {
  const condition =
    branch.kind === 'tag'
      ? `[${branch.tags?.join('] [')}]`
      : branch.kind === 'predicate'
        ? (branch.predicate ?? '')
        : branch.kind === 'otherwise'
          ? 'otherwise'
          : '';
  return [
    branch.after !== 'success' && `after ${branch.after}`,
    branch.ends && 'END',
    condition,
    branch.max_loops != null && `loop ≤ ${branch.loop ?? branch.max_loops}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Without those that lead nowhere. */
const leading = (graph: VersionGraph) => graph.branches.filter(({ to }) => to !== null);

function useLayout(graph: VersionGraph, isEdited: boolean): Layout | undefined {
  const [layout, setLayout] = useState<{ of: VersionGraph; layout: Layout }>();
  useEffect(() => {
    let isCurrent = true;
    layOut({
      nodes: graph.conversations.map(({ conversation_id }) => ({
        id: String(conversation_id),
        width: WIDTH,
        height: HEIGHT,
      })),
      edges: leading(graph).map((branch) => ({
        id: String(branch.branch_id),
        from: String(branch.from),
        to: String(branch.to),
        labelWidth: Math.min(200, Math.max(branchLabel(branch).length, isEdited ? 6 : 0) * 6),
      })),
    }).then((done) => {
      if (isCurrent) setLayout({ of: graph, layout: done });
    });
    return () => {
      isCurrent = false;
    };
  }, [graph, isEdited]);
  // While an edited graph is laid out anew, it stays as it was.
  return layout?.of === graph || isEdited ? layout?.layout : undefined;
}

// Below there is room for the buttons.
const FIT = { maxZoom: 1, padding: { top: '16px', x: 0.04, bottom: '48px' } } as const;

function Controls() {
  const flow = useReactFlow();
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  // A panel that opens beside it takes of its width.
  useEffect(() => {
    if (width > 0 && height > 0) void flow.fitView(FIT);
  }, [flow, width, height]);
  return (
    <Group gap={4} pos="absolute" right={8} bottom={8} style={{ zIndex: 5 }}>
      <ActionIcon variant="default" aria-label="Zoom in" onClick={() => flow.zoomIn()}>
        <Plus size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Zoom out" onClick={() => flow.zoomOut()}>
        <Minus size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Show all" onClick={() => flow.fitView(FIT)}>
        <Maximize size={15} />
      </ActionIcon>
    </Group>
  );
}

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
    <div
      className={isEdited ? 'panel edited' : 'panel'}
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
