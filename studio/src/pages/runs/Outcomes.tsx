import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { CancelRunsMutation } from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { ScrollBox } from '../../parts/ScrollBox.tsx';
import { Status } from '../../parts/Status.tsx';

export type Outcome = NonNullable<
  NonNullable<NonNullable<CancelRunsMutation['cancelWorkflowRuns']>['result']>[number]
>;

/** More rows are counted, and not drawn. */
const MOST_DRAWN = 500;

/** What became of each run: what was refused comes first. */
export function Outcomes({ outcomes, close }: { outcomes: Outcome[]; close: () => void }) {
  const refused = outcomes.filter(({ code }) => code !== null);
  const done = outcomes.filter(({ code }) => code === null);
  const drawn = [...refused, ...done].slice(0, MOST_DRAWN);
  return (
    <div className="panel" style={{ padding: 8 }} role="status">
      <Group justify="space-between" mb={6}>
        <Text size="sm" fw={600}>
          {count(done.length)} done, {count(refused.length)} refused
        </Text>
        <Button size="compact-xs" variant="default" onClick={close}>
          Close
        </Button>
      </Group>
      <ScrollBox name="What became of each run" maxHeight={260}>
        <Table fz="sm">
          <Table.Tbody>
            {drawn.map((outcome) => (
              <Table.Tr key={outcome.workflowRunId}>
                <Table.Td w={90}>
                  <Anchor
                    component={Link}
                    to="/runs/$run"
                    params={{ run: outcome.workflowRunId } as never}
                    size="sm"
                  >
                    {outcome.workflowRunId}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {outcome.status && <Status status={outcome.status} />}
                  {outcome.code && `${outcome.code}: ${outcome.message}`}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {outcomes.length > drawn.length && (
          <Text size="sm">and {count(outcomes.length - drawn.length)} more that were done</Text>
        )}
      </ScrollBox>
    </div>
  );
}
