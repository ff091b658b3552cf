import { Group, Stack, Table, Text } from '@mantine/core';
import type { InteractionPageQuery } from '../../../../graphql/operations/operations.generated.ts';
import { duration } from '../../data/format.ts';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { Time } from '../../parts/Time.tsx';

type Attempt = NonNullable<
  NonNullable<InteractionPageQuery['interaction']>['attempts']['nodes'][number]
>;

/** The tries of a step, with what each used. */
export function StepAttempts({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <Text size="sm">No attempt has ended yet.</Text>;
  return (
    <Stack gap="sm">
      {attempts.map((attempt) => {
        const usage = (attempt.usage ?? {}) as Record<string, unknown>;
        return (
          <div key={attempt.attempt} className="box">
            <Group gap="xs" justify="space-between">
              <Text fw={600} size="sm">
                Attempt {attempt.attempt}: {attempt.outcome.replaceAll('_', ' ')}
              </Text>
              <Text size="sm">
                {duration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))}
                {', '}
                <Time at={attempt.endedAt} />
              </Text>
            </Group>
            {attempt.error != null && <FaultNote fault={readError(attempt.error)} />}
            <Table fz="xs" mt={4}>
              <Table.Tbody>
                {attempt.actorRevision != null && (
                  <Table.Tr>
                    <Table.Th scope="row">actor revision</Table.Th>
                    <Table.Td>{attempt.actorRevision}</Table.Td>
                  </Table.Tr>
                )}
                {Object.entries(usage).map(([key, value]) => (
                  <Table.Tr key={key}>
                    <Table.Th scope="row">{key.replaceAll('_', ' ')}</Table.Th>
                    <Table.Td className="isolate" style={{ overflowWrap: 'anywhere' }}>
                      {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        );
      })}
    </Stack>
  );
}
