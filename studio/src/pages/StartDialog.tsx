import { Alert, Button, Group, Modal, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  DryRunDocument,
  type DryRunQuery,
  LastInputsDocument,
  StartWorkflowDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { client } from '../data/client.ts';
import { dropDraft, readDraft, writeDraft } from '../data/drafts.ts';
import { type Fault, faultOf } from '../data/faults.ts';
import { useZone } from '../data/format.ts';
import { act, useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { fromField } from '../data/range.ts';
import { literal, mutation, shell } from '../data/statements.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { JsonInput, parseJson } from '../parts/JsonInput.tsx';
import { Data } from '../parts/Payload.tsx';

interface Draft {
  input: string;
  environment: string;
  startAt: string;
  /** When the run begins, in the zone of the page; empty: at once. */
  begin?: string;
}

/** Starts a run by the form of its contract; first, if one likes, as a dry run that writes nothing. */
export function StartDialog({
  workflow,
  schema,
  opened,
  close,
}: {
  workflow: string;
  schema: Record<string, unknown> | null | undefined;
  opened: boolean;
  close: () => void;
}) {
  const navigate = useNavigate();
  const key = `start:${workflow}`;
  const [draft, setDraft] = useState<Draft>(
    () => readDraft<Draft>(key) ?? { input: '{}', environment: 'dev', startAt: '' },
  );
  const [fault, setFault] = useState<Fault>();
  const [dry, setDry] = useState<DryRunQuery['dryRunWorkflow']>();
  const [busy, setBusy] = useState<'start' | 'dry'>();
  const last = useAnswer(LastInputsDocument, { workflow }, !opened);
  const runs = present(last.data?.workflowRuns?.nodes);
  const edit = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    setDry(undefined);
    writeDraft(key, next);
  };
  const { value, error } = parseJson(draft.input);
  const zone = useZone();
  const begin = fromField(draft.begin ?? '', zone);
  const notBefore = begin === undefined ? undefined : new Date(begin).toISOString();
  const variables = {
    workflow,
    input: value ?? {},
    environment: draft.environment,
    ...(draft.startAt !== '' && { startAt: draft.startAt }),
  };
  const start = async () => {
    setBusy('start');
    const done = await act(StartWorkflowDocument, {
      ...variables,
      ...(notBefore && { notBefore }),
    });
    setBusy(undefined);
    setFault(done.fault);
    const id = done.data?.startWorkflow?.result?.workflowRunId;
    if (id === undefined || id === null) return;
    dropDraft(key);
    navigate({ to: '/runs/$run', params: { run: id } as never });
  };
  const dryRun = async () => {
    setBusy('dry');
    const answer = await client.query(DryRunDocument, variables).toPromise();
    setBusy(undefined);
    setFault(answer.error && faultOf(answer.error));
    setDry(answer.data?.dryRunWorkflow);
  };
  return (
    <Modal opened={opened} onClose={close} title={`Run ${workflow}`} size="lg">
      <Stack gap="sm">
        {runs.length > 0 && (
          <Select
            label="Use the input of"
            placeholder="one of the last runs"
            data={runs.map(({ workflowRunId }) => ({
              value: workflowRunId,
              label: `run ${workflowRunId}`,
            }))}
            value={null}
            onChange={(id) => {
              const found = runs.find(({ workflowRunId }) => workflowRunId === id);
              if (found) edit({ input: JSON.stringify(found.input, null, 2) });
            }}
          />
        )}
        <JsonInput
          schema={schema}
          text={draft.input}
          change={(input) => edit({ input })}
          label="Input (JSON)"
        />
        <Group grow>
          <Select
            label="Environment"
            data={['dev', 'test', 'uat', 'prod']}
            allowDeselect={false}
            value={draft.environment}
            onChange={(environment) => edit({ environment: environment ?? 'dev' })}
          />
          <TextInput
            label="Start at"
            placeholder="where the workflow says"
            value={draft.startAt}
            onChange={(event) => edit({ startAt: event.currentTarget.value })}
          />
        </Group>
        <TextInput
          type="datetime-local"
          label={`Begin at (${zone})`}
          description="Empty: at once. The run waits until then."
          value={draft.begin ?? ''}
          onChange={(event) => edit({ begin: event.currentTarget.value })}
        />
        <FaultNote fault={fault} />
        {dry != null && <DryRun answer={dry} />}
        <Group justify="space-between">
          <CopyAs
            as={{
              SQL: `select (pgwave.start_workflow(${literal(workflow)}, ${literal(value ?? {})}, environment => ${literal(draft.environment)}${draft.startAt ? `, start_at => ${literal(draft.startAt)}` : ''}${notBefore ? `, not_before => ${literal(notBefore)}` : ''})).workflow_run_id;`,
              GraphQL: mutation('startWorkflow', {
                workflow,
                input: value ?? {},
                environment: draft.environment,
                startAt: draft.startAt || undefined,
                notBefore,
              }),
              CLI: `pgwave run ${shell(workflow)} --input ${shell(value ?? {})} --environment ${draft.environment}${draft.startAt ? ` --start-from ${shell(draft.startAt)}` : ''}${notBefore ? ` --at ${notBefore}` : ''}`,
            }}
          />
          <Group gap="xs">
            <Button
              variant="default"
              onClick={dryRun}
              loading={busy === 'dry'}
              disabled={error !== undefined}
            >
              Dry run
            </Button>
            <Button onClick={start} loading={busy === 'start'} disabled={error !== undefined}>
              Start
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What would run, in which order, and with which first prompts. */
function DryRun({ answer }: { answer: unknown }) {
  const { levels, faults } = answer as {
    levels?: { level: number; conversations: string[] }[] | string[][];
    faults?: { code: string; message: string }[];
  };
  return (
    <Stack gap="xs">
      <Alert color="blue" variant="outline" title="Nothing was started">
        <Text size="sm">This is what would run.</Text>
      </Alert>
      {faults?.map((f) => (
        <Text key={f.code + f.message} size="sm">
          {f.code}: {f.message}
        </Text>
      ))}
      {Array.isArray(levels) && (
        <Table fz="sm">
          <Table.Tbody>
            {levels.map((level, index) => {
              const names = Array.isArray(level) ? level : level.conversations;
              return (
                <Table.Tr key={names.join()}>
                  <Table.Th scope="row">level {index}</Table.Th>
                  <Table.Td>{names.join(', ')}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
      <Data value={answer} name="dry-run" />
    </Stack>
  );
}
