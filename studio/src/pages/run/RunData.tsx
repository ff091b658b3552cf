import { Stack, Text, Title } from '@mantine/core';
import { Data } from '../../parts/Payload.tsx';
import type { Run } from './graph-state.ts';

/** What the run was given, and its result. */
export function RunData({ run }: { run: Run }) {
  const { workflowRunId } = run;
  return (
    <Stack className="panel" p="md" gap="xs">
      <Title order={2} size="h5">
        Input
      </Title>
      <Data value={run.input} name={`input-${workflowRunId}`} />
      <Title order={2} size="h5">
        Result
      </Title>
      {run.output == null ? (
        <Text size="sm">There is no result yet.</Text>
      ) : (
        <Data value={run.output} name={`result-${workflowRunId}`} />
      )}
      {run.overrides != null && (
        <>
          <Title order={2} size="h5">
            What the fork changed
          </Title>
          <Data value={run.overrides} name={`overrides-${workflowRunId}`} />
        </>
      )}
    </Stack>
  );
}
