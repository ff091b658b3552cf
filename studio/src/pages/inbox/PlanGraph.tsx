import { Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { DraftGraphDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Graph } from '../../parts/graph/Graph.tsx';
import type { VersionGraph } from '../../parts/graph/model.ts';
import { Data } from '../../parts/Payload.tsx';

type Definition = { conversations?: { name?: string }[] } | null;

/** The workflow that a plan proposes, as its graph: also as somebody edits it. */
export default function PlanGraph({ data }: { data: unknown }) {
  const definition = data as Definition;
  const [chosen, choose] = useState<string>();
  const {
    data: answer,
    fault,
    isLoading,
  } = useAnswer(DraftGraphDocument, { definition }, definition == null);
  const graph = answer?.draftGraph as VersionGraph | undefined;
  const [kept, keep] = useState(graph);
  if (graph && graph !== kept) keep(graph);
  const part = definition?.conversations?.find(({ name }) => name === chosen);
  if (!kept) return isLoading ? <Skeleton height={240} /> : <FaultNote fault={fault} />;
  return (
    <section aria-label="Graph of the plan">
      <Text fw={600} size="sm" mb={4}>
        What would run
      </Text>
      <Graph graph={kept} chosen={chosen} choose={choose} />
      {part && <Data value={part} name={`plan-${chosen}`} />}
    </section>
  );
}
