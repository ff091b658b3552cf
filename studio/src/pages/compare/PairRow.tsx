import { Anchor, Button, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { CompareRunsQuery } from '../../../../graphql/operations/operations.generated.ts';
import { present } from '../../data/present.ts';
import { Status } from '../../parts/Status.tsx';
import { Values } from './Values.tsx';

type Pair = NonNullable<NonNullable<CompareRunsQuery['compareRuns']>['nodes'][number]>;

/** A step of both runs: the same, or what differs. */
export function PairRow({ pair, a, b }: { pair: Pair; a: string; b: string }) {
  const [isOpen, setOpen] = useState(false);
  const [aValues, bValues] = [pair.aValues ?? {}, pair.bValues ?? {}] as Record<string, unknown>[];
  const keys = present(pair.differs);
  const words =
    pair.aInteractionId === null
      ? 'only in B'
      : pair.bInteractionId === null
        ? 'only in A'
        : keys.join(', ').replaceAll('_', ' ') || 'differs';
  const step = (run: string, id: string | null) =>
    id === null ? (
      '–'
    ) : (
      <Anchor
        component={Link}
        to="/runs/$run"
        params={{ run } as never}
        search={{ i: id } as never}
        size="sm"
      >
        <span className="nowrap">step {id}</span>
      </Anchor>
    );
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {pair.conversation}
          {(pair.iteration ?? 0) > 0 && ` · pass ${(pair.iteration ?? 0) + 1}`}
          {pair.itemIndex != null && ` · item ${pair.itemIndex + 1}`}
        </Table.Td>
        <Table.Td>
          {pair.aStatus && <Status status={pair.aStatus} />} {step(a, pair.aInteractionId)}
        </Table.Td>
        <Table.Td>
          {pair.bStatus && <Status status={pair.bStatus} />} {step(b, pair.bInteractionId)}
        </Table.Td>
        <Table.Td>
          {pair.same ? (
            'the same'
          ) : (
            <Button
              size="compact-xs"
              variant="default"
              className="given"
              styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {words}
            </Button>
          )}
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            {keys.map((key) => (
              <div key={key}>
                <Text fw={600} size="sm" mt={4}>
                  {key.replaceAll('_', ' ')}
                </Text>
                <Values a={aValues?.[key]} b={bValues?.[key]} />
              </div>
            ))}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
