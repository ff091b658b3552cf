import { Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { ContractFields } from './ContractFields.tsx';
import { type Found, partOf, setField } from './document.ts';
import { ValueField } from './ValueField.tsx';

/** What the definition says of the workflow as a whole: shown while no conversation is chosen. */
export function WorkflowForm({
  text,
  edit,
  found,
  isReadOnly,
}: {
  text: string;
  edit: (next: string, group: string) => void;
  found: readonly Found[] | undefined;
  isReadOnly: boolean;
}) {
  const part = partOf(text, '');
  if (typeof part !== 'object' || part === null) {
    return <Text size="sm">The YAML cannot be read. Its faults are listed below.</Text>;
  }
  const body = part as Record<string, unknown>;
  const errorOf = (field: string) =>
    (found ?? [])
      .filter(({ path }) => path === `/${field}` || path.startsWith(`/${field}/`))
      .map(({ message, hint }) => [message, hint].filter(Boolean).join(' '))
      .join(' ') || undefined;
  const set = (field: string, value: unknown) => edit(setField(text, '', field, value), field);
  const textOf = (field: string) => (body[field] === undefined ? '' : String(body[field]));
  const contract = { pointer: '', text, edit, isReadOnly };
  return (
    <Stack gap={8} component="section" aria-label="Workflow">
      <Title order={2} size="h4">
        Workflow
      </Title>
      <TextInput
        size="xs"
        label="Name of the workflow"
        readOnly={isReadOnly}
        value={textOf('name')}
        error={errorOf('name')}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      <Textarea
        size="xs"
        label="Description"
        autosize
        minRows={1}
        maxRows={6}
        readOnly={isReadOnly}
        value={textOf('description')}
        error={errorOf('description')}
        onChange={(event) => set('description', event.currentTarget.value)}
      />
      <ContractFields
        {...contract}
        label="Input contract"
        field="input"
        schema={body.input}
        error={errorOf('input')}
      />
      <ContractFields
        {...contract}
        label="Output contract"
        field="output"
        schema={body.output}
        error={errorOf('output')}
      />
      <ValueField
        label="Result"
        value={body.result}
        change={(value) => set('result', value)}
        error={errorOf('result')}
        isReadOnly={isReadOnly}
      />
      <ValueField
        label="Limits of a run"
        placeholder="{ max_interactions: 60, max_cost: 1.50 }"
        value={body.limits}
        change={(value) => set('limits', value)}
        error={errorOf('limits')}
        isReadOnly={isReadOnly}
      />
      <ValueField
        label="Concurrency: runs with one key at a time"
        placeholder="{ key: $input.customer, limit: 1, on_conflict: queue }"
        value={body.concurrency}
        change={(value) => set('concurrency', value)}
        error={errorOf('concurrency')}
        isReadOnly={isReadOnly}
      />
      <Text size="xs" c="dimmed">
        Choose a conversation in the graph to see its fields.
      </Text>
    </Stack>
  );
}
