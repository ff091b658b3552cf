import { Code, Group, Text } from '@mantine/core';
import type { CompareRunsQuery } from '../../../../graphql/operations/operations.generated.ts';
import { present } from '../../data/present.ts';
import { Values } from './Values.tsx';

type Parting = NonNullable<NonNullable<CompareRunsQuery['explainDifference']>['nodes'][number]>;

/** Where they part, and why: the database's sentence. */
export function Partings({ partings }: { partings: readonly Parting[] }) {
  if (partings.length === 0) {
    return (
      <div className="panel" style={{ padding: 12 }}>
        <Text fw={600}>These runs did the same.</Text>
      </div>
    );
  }
  return partings.map((parting) => (
    <div
      key={`${parting.conversation}/${parting.iteration}/${parting.itemIndex}/${parting.cause}`}
      className="panel"
      style={{ padding: 12 }}
      data-testid="parting"
    >
      <Text fw={600} className="isolate">
        {parting.message}
      </Text>
      <Group gap="xs" my={4}>
        <Code>{parting.cause}</Code>
        {parting.conversation && <Text size="sm">at {parting.conversation}</Text>}
        {present(parting.changed).length > 0 && (
          <Text size="sm">changed: {present(parting.changed).join(', ')}</Text>
        )}
      </Group>
      <Values a={parting.aValue} b={parting.bValue} />
    </div>
  ));
}
