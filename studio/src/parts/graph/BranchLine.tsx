import { type Edge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { memo, useContext } from 'react';
import { Choice } from './choice.ts';

export type BranchEdge = Edge<
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

export const BranchLine = memo(({ id, data, markerEnd, ...ends }: EdgeProps<BranchEdge>) => {
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
