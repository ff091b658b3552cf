import { Skeleton, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import {
  CompareGraphsDocument,
  type CompareGraphsQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Graph } from '../../parts/graph/Graph.tsx';
import type { VersionGraph } from '../../parts/graph/model.ts';
import { stateOf } from '../run/graph-state.ts';

type Side = NonNullable<CompareGraphsQuery['left']>;

/** One run as its graph; a node leads to the same conversation in the run. */
function GraphOf({ run, id, parting }: { run: Side; id: string; parting: string | undefined }) {
  const navigate = useNavigate();
  const state = useMemo(() => stateOf(present(run.conversations?.nodes)), [run]);
  return (
    <Graph
      graph={run.graph as VersionGraph}
      state={state}
      chosen={parting}
      choose={(c) =>
        navigate({
          to: '/runs/$run',
          params: { run: id } as never,
          search: { c, tab: 'graph' } as never,
        })
      }
    />
  );
}

/** Both runs as graphs: where they part is lit in each. */
export default function ComparedGraphs({
  a,
  b,
  parting,
}: {
  a: string;
  b: string;
  /** The conversation where they part. */
  parting: string | undefined;
}) {
  const { data, isLoading } = useAnswer(CompareGraphsDocument, { a, b });
  if (isLoading) return <Skeleton height={260} />;
  const sides: [string, string, Side | null | undefined][] = [
    ['A', a, data?.left],
    ['B', b, data?.right],
  ];
  return (
    <div className="sides" data-testid="compared-graphs">
      {sides.map(([name, id, run]) => (
        <section key={name} aria-label={`Graph of run ${name}`}>
          <Text size="sm" mb={4}>
            {name}: run {id}
            {parting && `, they part at ${parting}`}
          </Text>
          {run?.graph ? (
            <GraphOf run={run} id={id} parting={parting} />
          ) : (
            <Text size="sm">It has no graph, or you may not see it.</Text>
          )}
        </section>
      ))}
    </div>
  );
}
