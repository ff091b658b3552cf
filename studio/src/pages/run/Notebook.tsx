import { Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { RunNotebookDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Data } from '../../parts/Payload.tsx';

type Measures = Record<string, unknown> | null | undefined;

/** What was measured before and after the run, and whether its log is whole. */
export default function Notebook({ workflowRunId }: { workflowRunId: string }) {
  const { data, fault, isLoading } = useAnswer(RunNotebookDocument, { workflowRunId });
  if (isLoading) return <Skeleton height={240} />;
  const [entry] = data?.workflowRun?.orchestrator.nodes ?? [];
  const before = (entry?.input ?? {}) as Record<string, Measures>;
  const after = (entry?.output ?? {}) as Record<string, Measures>;
  const names = [
    ...new Set([
      ...Object.keys(before.state_snapshot ?? {}),
      ...Object.keys(after.state_after ?? {}),
    ]),
  ];
  const faults = data?.verifyAudit?.nodes ?? [];
  return (
    <Stack className="panel" p="md">
      <FaultNote fault={fault} />
      <div>
        <Title order={3} size="h5">
          Audit
        </Title>
        {faults.length === 0 ? (
          <Text size="sm">
            The log is whole: no event, step, or run was changed, removed, or added.
          </Text>
        ) : (
          faults.map((f) => (
            <Text key={`${f?.fault}-${f?.message}`} size="sm" c="red">
              {f?.fault}: {f?.message}
            </Text>
          ))
        )}
      </div>
      {names.length > 0 && (
        <div>
          <Title order={3} size="h5">
            State
          </Title>
          <Table fz="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>probe</Table.Th>
                <Table.Th>before</Table.Th>
                <Table.Th>after</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {names.map((name) => (
                <Table.Tr key={name}>
                  <Table.Td>{name}</Table.Td>
                  <Table.Td>{String(before.state_snapshot?.[name] ?? '–')}</Table.Td>
                  <Table.Td>{String(after.state_after?.[name] ?? '–')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {after.delta && (
            <Text size="sm" mt={6}>
              Delta:{' '}
              {Object.entries(after.delta)
                .map(([name, value]) => `${name} ${value}`)
                .join(', ')}
            </Text>
          )}
        </div>
      )}
      <div>
        <Title order={3} size="h5">
          What was planned
        </Title>
        <Data value={entry?.input} name={`orchestrator-input-${workflowRunId}`} />
      </div>
      {entry?.output != null && (
        <div>
          <Title order={3} size="h5">
            What came of it
          </Title>
          <Data value={entry.output} name={`orchestrator-output-${workflowRunId}`} />
        </div>
      )}
    </Stack>
  );
}
