import { Autocomplete, Group, Skeleton, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { PreviewConversationDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { parseJson } from '../../parts/JsonInput.tsx';
import { Data, LongText } from '../../parts/Payload.tsx';

interface Answer {
  input: Record<string, unknown>;
  missing: string[];
  error: { message: string } | null;
  items: number | null;
  branches: { to: string; condition: string; decision: string; reason: string; at: string }[];
}

/** An output that is tried: JSON, or else a text. */
function outputOf(text: string): unknown {
  if (text.trim() === '') return undefined;
  return parseJson(text).value ?? text;
}

/** What the chosen conversation would be given with the data of a run, and where it would lead. */
export function Preview({
  definition,
  conversation,
  runs,
}: {
  definition: unknown;
  conversation: string;
  /** Numbers of the latest runs. */
  runs: readonly string[];
}) {
  const [run, setRun] = useState(runs[0] ?? '');
  const [typed, setTyped] = useState('');
  const [output] = useDebouncedValue(typed, 300);
  const isRun = /^\d{1,18}$/.test(run);
  const { data, fault, isLoading } = useAnswer(
    PreviewConversationDocument,
    {
      definition,
      conversation,
      run,
      ...(outputOf(output) !== undefined && { output: outputOf(output) }),
    },
    !isRun,
  );
  const answer = data?.previewConversation as Answer | undefined;
  const { prompt, system, params, ...others } = answer?.input ?? {};
  return (
    <Stack gap={8} component="section" aria-label="Preview" data-testid="preview">
      <Title order={2} size="h4">
        Preview
      </Title>
      <Group gap={6} grow align="flex-start">
        <Autocomplete
          size="xs"
          label="With the data of run"
          placeholder="number"
          data={[...runs]}
          value={run}
          onChange={setRun}
        />
        <Textarea
          size="xs"
          label="Output to try"
          placeholder="text or JSON; empty: as recorded"
          autosize
          minRows={1}
          maxRows={6}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Group>
      {!isRun && <Text size="xs">Enter the number of a run to see what it would be given.</Text>}
      <FaultNote fault={fault} title="There is no preview" />
      {isRun && isLoading && !answer && <Skeleton height={60} />}
      {answer && (
        <>
          {answer.missing.length > 0 && (
            <Text size="sm" className="tone-failed isolate">
              Missing in this run: {answer.missing.join(', ')}
            </Text>
          )}
          {answer.error && <Text size="sm">{answer.error.message}</Text>}
          {answer.items !== null && (
            <Text size="xs">The first of {answer.items} items is shown.</Text>
          )}
          {typeof system === 'string' && <LongText text={system} name="system-prompt" />}
          {typeof prompt === 'string' && <LongText text={prompt} name="prompt" />}
          {params !== undefined && params !== null && <Data value={params} name="parameters" />}
          {Object.keys(others).length > 0 && <Data value={others} name="other-input" />}
          {answer.branches.length > 0 && (
            <Table fz="xs" aria-label="Branches that the output takes">
              <Table.Tbody>
                {answer.branches.map((branch) => (
                  <Table.Tr key={branch.at}>
                    <Table.Td>{branch.decision.replace('_', ' ')}</Table.Td>
                    <Table.Td className="isolate" style={{ overflowWrap: 'anywhere' }}>
                      {branch.condition} to {branch.to}
                    </Table.Td>
                    <Table.Td>{branch.reason}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </>
      )}
    </Stack>
  );
}
