import { Button, Group, Modal, Skeleton, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  ForkRunDocument,
  RunDefinitionDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { dropDraft, readDraft, writeDraft } from '../../data/drafts.ts';
import type { Fault } from '../../data/faults.ts';
import { act, useAnswer } from '../../data/live.ts';
import { literal, mutation, type Statements, shell } from '../../data/statements.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { WordDiff } from '../../parts/WordDiff.tsx';

interface Draft {
  prompt: string;
  actor: string;
  options: string;
  input: string;
}

interface Conversation {
  name: string;
  prompt?: string | object;
  actor?: string;
  options?: unknown;
}

const print = (value: unknown): string => (value == null ? '' : JSON.stringify(value, null, 2));

function parse(text: string, what: string): { value?: unknown; fault?: Fault } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return {
      fault: {
        code: undefined,
        message: `${what} is not JSON: ${(error as Error).message}`,
        detail: undefined,
        hint: undefined,
      },
    };
  }
}

/** What the fork changes; null: nothing. */
function overridesOf(values: Draft, original: Draft): object | null {
  const overrides = {
    ...(values.prompt !== original.prompt && { prompt: values.prompt }),
    ...(values.actor !== original.actor && { actor: values.actor }),
    ...(values.options !== original.options && { options: parse(values.options, '').value ?? {} }),
    ...(values.input !== original.input && { input: parse(values.input, '').value ?? {} }),
  };
  return Object.keys(overrides).length === 0 ? null : overrides;
}

const forkStatements = (run: string, at: string, overrides: object | null): Statements => ({
  SQL: `select pgwave.fork_workflow_run(${run}, ${literal(at)}${overrides ? `, ${literal(overrides)}` : ''});`,
  GraphQL: mutation('forkWorkflowRun', {
    workflowRunId: run,
    at,
    overrides: overrides ?? undefined,
  }),
  CLI: `pgwave fork ${run} --at ${shell(at)}${overrides ? ` --overrides ${shell(overrides)}` : ''}`,
});

/** Starts a run anew from one conversation, with its prompt, actor, options, or the run's input changed. */
export default function ForkDialog({
  workflowRunId,
  conversation,
  close,
}: {
  workflowRunId: string;
  conversation: string;
  close: () => void;
}) {
  const navigate = useNavigate();
  const { data } = useAnswer(RunDefinitionDocument, { workflowRunId });
  const run = data?.workflowRun;
  const definition = run?.workflowVersion?.definition as
    | { conversations?: Conversation[] }
    | undefined;
  const own = definition?.conversations?.find(({ name }) => name === conversation);
  const original: Draft | undefined = own && {
    // one that is used by its name is not shown; a text takes its place
    prompt: typeof own.prompt === 'string' ? own.prompt : '',
    actor: own.actor ?? '',
    options: print(own.options),
    input: print(run?.input),
  };
  const key = `fork:${workflowRunId}:${conversation}`;
  const [draft, setDraft] = useState<Draft>();
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const values = draft ?? readDraft<Draft>(key) ?? original;
  const edit = (change: Partial<Draft>) => {
    if (!values) return;
    const next = { ...values, ...change };
    setDraft(next);
    writeDraft(key, next);
  };

  async function start() {
    if (!values || !original) return;
    const options = parse(values.options, 'Options');
    const input = parse(values.input, 'The input');
    if (options.fault ?? input.fault) return setFault(options.fault ?? input.fault);
    const overrides = overridesOf(values, original);
    setBusy(true);
    const done = await act(ForkRunDocument, {
      workflowRunId,
      at: conversation,
      overrides,
    });
    setBusy(false);
    if (done.fault) return setFault(done.fault);
    dropDraft(key);
    close();
    const created = done.data.forkWorkflowRun?.result?.workflowRunId;
    if (created) navigate({ to: '/runs/$run', params: { run: created } });
  }

  const isChanged = original && values && print(original) !== print(values);
  return (
    <Modal opened onClose={close} title={`Fork run ${workflowRunId} at ${conversation}`} size="lg">
      {!values || !original ? (
        <Skeleton height={240} />
      ) : (
        <Stack gap="sm">
          <Text size="sm">
            The new run keeps what does not depend on {conversation}, and starts there. The run that
            you fork stays as it is.
          </Text>
          <Textarea
            label="Prompt"
            autosize
            minRows={3}
            maxRows={12}
            value={values.prompt}
            onChange={(event) => edit({ prompt: event.currentTarget.value })}
          />
          {values.prompt !== original.prompt && (
            <WordDiff from={original.prompt} to={values.prompt} />
          )}
          <TextInput
            label="Actor or model"
            value={values.actor}
            onChange={(event) => edit({ actor: event.currentTarget.value })}
          />
          <Textarea
            label="Options (JSON)"
            placeholder='{"temperature": 0}'
            autosize
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={values.options}
            onChange={(event) => edit({ options: event.currentTarget.value })}
          />
          <Textarea
            label="Input of the run (JSON)"
            autosize
            maxRows={8}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={values.input}
            onChange={(event) => edit({ input: event.currentTarget.value })}
          />
          <FaultNote fault={fault} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed">
              {isChanged ? 'unsaved changes, kept in this browser' : 'nothing changed'}
            </Text>
            <Group gap="xs">
              <CopyAs
                size="compact-sm"
                as={forkStatements(workflowRunId, conversation, overridesOf(values, original))}
              />
              {isChanged && (
                <Button
                  variant="default"
                  onClick={() => {
                    dropDraft(key);
                    setDraft(original);
                  }}
                >
                  Undo all
                </Button>
              )}
              <Button onClick={start} loading={isBusy}>
                Start the fork
              </Button>
            </Group>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
