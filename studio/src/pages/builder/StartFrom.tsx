import { Button, FileButton, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  LatestDefinitionDocument,
  PlanWorkflowDocument,
  WorkflowsDocument,
  WorkflowTemplatesDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { type Fault, faultOf } from '../../data/faults.ts';
import { act, useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { writeDefinition } from './document.ts';

/** What a new workflow begins with: a template, another workflow, a file, or a plan made from a goal. */
export function StartFrom({ take }: { take: (text: string) => void }) {
  const navigate = useNavigate();
  const templates = useAnswer(WorkflowTemplatesDocument, {});
  const workflows = useAnswer(WorkflowsDocument, { first: 200 });
  const [goal, setGoal] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const list = present(templates.data?.workflowTemplates?.nodes);
  const copy = async (name: string) => {
    const { data, error } = await client
      .query(LatestDefinitionDocument, { workflowName: name })
      .toPromise();
    setFault(error && faultOf(error));
    const definition = data?.workflowByName?.latestVersion?.definition as object | undefined;
    // Numbers belong to the workflow that is copied.
    if (definition) take(writeDefinition(withoutNumbers({ ...definition, name: `${name}-copy` })));
  };
  const plan = async () => {
    setBusy(true);
    const done = await act(PlanWorkflowDocument, { goal });
    setBusy(false);
    setFault(done.fault);
    const run = done.data?.planWorkflow?.result?.workflowRunId;
    if (run != null) navigate({ to: '/runs/$run', params: { run } as never });
  };
  return (
    <Stack gap={6} component="section" aria-label="Start from">
      <Group gap="xs" align="flex-end">
        <Select
          size="xs"
          label="Start from a template"
          placeholder={list.length === 0 ? 'No templates yet' : 'Template'}
          w={190}
          searchable
          data={list.map(({ templateName }) => templateName)}
          value={null}
          onChange={(name) => {
            const found = list.find(({ templateName }) => templateName === name);
            if (found) take(writeDefinition(found.definition));
          }}
        />
        <Select
          size="xs"
          label="Copy a workflow"
          placeholder="Workflow"
          w={190}
          searchable
          data={present(workflows.data?.workflows?.nodes).map(({ workflowName }) => workflowName)}
          value={null}
          onChange={(name) => name && copy(name)}
        />
        <FileButton
          accept=".yaml,.yml,.json"
          onChange={(file) => file?.text().then(take)}
          inputProps={{ 'aria-label': 'File to import' }}
        >
          {(props) => (
            <Button {...props} size="xs" variant="default">
              Import a file
            </Button>
          )}
        </FileButton>
      </Group>
      <Group gap="xs" align="flex-end">
        <Textarea
          size="xs"
          label="Plan from a goal"
          placeholder="What the workflow must achieve"
          autosize
          minRows={1}
          maxRows={4}
          style={{ flex: '1 1 260px' }}
          value={goal}
          onChange={(event) => setGoal(event.currentTarget.value)}
        />
        <Button
          size="xs"
          variant="default"
          disabled={goal.trim() === ''}
          loading={isBusy}
          onClick={plan}
        >
          Plan
        </Button>
      </Group>
      <Text size="xs" c="dimmed">
        A plan is made by a run and waits in the inbox for approval. Then it is a workflow.
      </Text>
      <FaultNote fault={fault ?? templates.fault} title="That was refused" />
    </Stack>
  );
}

/** A definition without the numbers by which the database knows its workflow and conversations. */
export function withoutNumbers(definition: Record<string, unknown>): Record<string, unknown> {
  const { workflow_id: _, conversations, ...rest } = definition;
  return {
    ...rest,
    ...(Array.isArray(conversations) && {
      conversations: conversations.map(({ conversation_id: __, ...body }) => body),
    }),
  };
}
