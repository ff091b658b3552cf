import { Handle, type Node, type NodeProps, Position } from '@xyflow/react';
import { Boxes, TriangleAlert, Undo2 } from 'lucide-react';
import { memo, useContext } from 'react';
import { plural } from '../../data/format.ts';
import { StatusIcon } from '../Status.tsx';
import { Choice } from './choice.ts';
import type { NodeState, VersionGraph } from './model.ts';

type Conversation = VersionGraph['conversations'][number];

export type ConversationNode = Node<
  {
    conversation: Conversation;
    state: NodeState | undefined;
    /** What ends here: its branches that lead nowhere. */
    ends: string[];
    faults: number;
  },
  'conversation'
>;
/** Who does it: of a choice all that may. */
function worker({ actor, actors, chosen_by, block, type }: Conversation): string {
  if (actors && actors.length > 0) return `${actors.join(' or ')}, by ${chosen_by}`;
  return block ? 'several steps' : (actor ?? type.replace('_', ' '));
}

/** What is special, as a shape with a word. */
function Marks({ conversation }: { conversation: Conversation }) {
  return (
    <>
      {conversation.block && (
        <span className="mark" title="A block: several steps that are one">
          <Boxes size={13} aria-hidden /> block
        </span>
      )}
      {conversation.compensated && (
        <span className="mark" title="If the run fails, this step is undone">
          <Undo2 size={13} aria-hidden /> with undo
        </span>
      )}
    </>
  );
}

export const ConversationBox = memo(
  ({ data: { conversation, state, ends, faults } }: NodeProps<ConversationNode>) => {
    const { chosen, choose, isRun, editing } = useContext(Choice);
    const classes = [
      'node nopan',
      faults > 0 && 'faulty',
      state?.status ?? (isRun ? 'none' : 'drawn'),
      conversation.map && 'stack',
      conversation.block && 'block',
      conversation.block && 'block',
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
          title={`${conversation.name}: ${worker(conversation)}`}
        >
          <div className="name">
            <span className="cut">{conversation.name}</span>
            <Marks conversation={conversation} />
          </div>
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
              {state?.note || worker(conversation)}
              {joins &&
                ` · join ${conversation.join_expression ?? conversation.join_count ?? joins}${conversation.race ? ', cancels' : ''}`}
              {ends.length > 0 && ` · ends on ${ends.join(', ')}`}
            </span>
          </div>
        </button>
        <Handle type="source" position={Position.Bottom} isConnectable={editing !== undefined} />
      </>
    );
  },
);
