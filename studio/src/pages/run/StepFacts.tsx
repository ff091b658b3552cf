import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { InteractionPageQuery } from '../../../../graphql/operations/operations.generated.ts';
import { cost, count } from '../../data/format.ts';
import { Took } from '../../parts/Time.tsx';

type Found = NonNullable<InteractionPageQuery['interaction']>;

/** Who did a step, how long it took, and what it used. */
export function StepFacts({ found }: { found: Found }) {
  const usage = (found.attempts.nodes.at(-1)?.usage ?? {}) as Record<string, string | undefined>;
  const facts: [string, ReactNode][] = [
    ['actor', found.actor ? `${found.actor.actorName} (${found.actor.actorType})` : 'database'],
    ...(found.model
      ? [
          [
            'model',
            `${found.model}${found.rehearsed ? ' (rehearsed)' : ''}${found.cached ? ' (cached)' : ''}`,
          ] as [string, string],
        ]
      : []),
    ...(usage.model_digest
      ? [['digest', usage.model_digest.slice(0, 19)] as [string, string]]
      : []),
    [
      'took',
      <Took
        key="took"
        from={found.startedAt}
        to={found.completedAt}
        ms={found.completedAt ? found.durationMs : null}
      />,
    ],
    ['tokens', `${count(found.promptTokens)} in, ${count(found.completionTokens)} out`],
    ['cost', cost(found.cost)],
    ...(found.tag ? [['tag', `[${found.tag}]`] as [string, string]] : []),
  ];
  return (
    <Group gap="xs" style={{ rowGap: 2 }}>
      {facts.map(([name, value]) => (
        <Text key={name} size="xs" className="isolate">
          <Text span size="xs" c="dimmed">
            {name}{' '}
          </Text>
          {value}
        </Text>
      ))}
    </Group>
  );
}
