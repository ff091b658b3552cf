import { Code, Group, Stack, Text } from '@mantine/core';
import { Check, CircleHelp, X } from 'lucide-react';
import type { InteractionPageQuery } from '../../../../graphql/operations/operations.generated.ts';

type Decision = NonNullable<NonNullable<InteractionPageQuery['branchDecisions']>['nodes'][number]>;

const MARKS = { taken: Check, not_taken: X, unknown: CircleHelp, undecided: CircleHelp } as const;

/** Which branches of a step were taken, and why. */
export function StepBranches({ rows }: { rows: Decision[] }) {
  if (rows.length === 0) return <Text size="sm">No branch leaves this step.</Text>;
  return (
    <Stack gap="xs">
      {rows.map((row) => {
        const Mark = MARKS[(row.decision ?? 'unknown') as keyof typeof MARKS];
        return (
          <div key={row.branchId} className="box">
            <Group gap={6} wrap="nowrap">
              <Mark size={15} aria-hidden />
              <Text size="sm" fw={600} className="cut">
                {row.decision?.replace('_', ' ')}: {row.target}
              </Text>
            </Group>
            <Text size="sm">{row.reason}</Text>
            {row.condition !== 'always' && (
              <Code style={{ overflowWrap: 'anywhere' }}>{row.condition}</Code>
            )}
            {row.seen != null && (
              <Text size="xs" mt={4} className="code">
                saw {JSON.stringify(row.seen)}
              </Text>
            )}
          </div>
        );
      })}
    </Stack>
  );
}
