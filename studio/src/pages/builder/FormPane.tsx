import {
  Alert,
  Autocomplete,
  Button,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { Branches } from './Branches.tsx';
import { ContractFields } from './ContractFields.tsx';
import type { DraftGraph } from './check.ts';
import {
  connect,
  type Found,
  partOf,
  removePart,
  renameConversation,
  setField,
} from './document.ts';
import { ValueField } from './ValueField.tsx';

type Body = Record<string, unknown>;

const LONG = ['prompt', 'system'] as const;
/** The fields of the chosen conversation. What is not here is written in the YAML. */
export function FormPane({
  graph,
  conversation,
  text,
  edit,
  found,
  actors,
  chosenBranch,
  isReadOnly,
  choose,
}: {
  graph: DraftGraph;
  conversation: DraftGraph['conversations'][number];
  text: string;
  edit: (next: string, group: string) => void;
  found: readonly Found[] | undefined;
  actors: readonly string[];
  chosenBranch: string | undefined;
  isReadOnly: boolean;
  choose: (name: string | undefined) => void;
}) {
  const { at } = conversation;
  const part = partOf(text, at);
  const [newTarget, setNewTarget] = useState<string | null>(null);
  if (typeof part !== 'object' || part === null) return null;
  const body = part as Body;
  const own = (found ?? []).filter(({ path }) => path === at || path.startsWith(`${at}/`));
  const errorOf = (field: string) =>
    own
      .filter(({ path }) => path === `${at}/${field}` || path.startsWith(`${at}/${field}/`))
      .map(({ message, hint }) => [message, hint].filter(Boolean).join(' '))
      .join(' ') || undefined;
  const shown = ['name', 'actor', 'for_each', 'join', ...LONG, 'params', 'output'];
  const rest = own.filter(
    ({ path }) => !shown.some((f) => path === `${at}/${f}` || path.startsWith(`${at}/${f}/`)),
  );
  const set = (field: string, value: unknown) =>
    edit(setField(text, at, field, value), `${field} ${at}`);
  const textOf = (field: string) => (body[field] === undefined ? '' : String(body[field]));
  const needsActor = body.actor !== undefined || body.type === undefined;
  return (
    <Stack gap={8} component="section" aria-label="Conversation">
      <Group justify="space-between" wrap="nowrap">
        <Title order={2} size="h4" className="cut">
          {conversation.name}
        </Title>
        <Button
          size="compact-xs"
          variant="default"
          disabled={isReadOnly}
          onClick={() => {
            edit(removePart(text, at), `delete ${at}`);
            choose(undefined);
          }}
        >
          Delete conversation
        </Button>
      </Group>
      {rest.map((fault) => (
        <Alert key={fault.path + fault.message} color="red" variant="outline" p={6}>
          <Text size="xs" className="isolate">
            {fault.message} {fault.hint}
          </Text>
        </Alert>
      ))}
      <TextInput
        size="xs"
        label="Name"
        readOnly={isReadOnly}
        value={textOf('name')}
        error={errorOf('name')}
        onChange={(event) => {
          const name = event.currentTarget.value;
          edit(renameConversation(text, at, name), `name ${at}`);
          choose(name);
        }}
      />
      {needsActor ? (
        <Autocomplete
          size="xs"
          label="Actor"
          readOnly={isReadOnly}
          data={[...actors]}
          value={textOf('actor')}
          error={errorOf('actor')}
          onChange={(value) => set('actor', value)}
        />
      ) : (
        <TextInput size="xs" label="Type" readOnly value={textOf('type')} />
      )}
      {LONG.map((field) => (
        <Textarea
          key={field}
          size="xs"
          label={field === 'prompt' ? 'Prompt' : 'System prompt'}
          autosize
          minRows={field === 'prompt' ? 3 : 1}
          maxRows={14}
          readOnly={isReadOnly}
          value={textOf(field)}
          error={errorOf(field)}
          onChange={(event) => set(field, event.currentTarget.value)}
        />
      ))}
      <ValueField
        label="Parameters"
        value={body.params}
        error={errorOf('params')}
        isReadOnly={isReadOnly}
        change={(value) => set('params', value)}
      />
      <ContractFields
        label="Output contract"
        pointer={at}
        field="output"
        schema={body.output}
        text={text}
        edit={edit}
        error={errorOf('output')}
        isReadOnly={isReadOnly}
      />
      <Group gap={6} grow align="flex-start">
        <TextInput
          size="xs"
          label="For each"
          placeholder="$list.data.items[*]"
          readOnly={isReadOnly}
          value={textOf('for_each')}
          error={errorOf('for_each')}
          onChange={(event) => set('for_each', event.currentTarget.value)}
        />
        <Autocomplete
          size="xs"
          label="Join"
          placeholder="merge"
          readOnly={isReadOnly}
          data={['merge', 'all', 'any']}
          value={textOf('join')}
          error={errorOf('join')}
          onChange={(value) => set('join', /^\d+$/.test(value) ? Number(value) : value)}
        />
      </Group>
      <Group gap={6} grow align="flex-start">
        <Select
          size="xs"
          label="On failure"
          placeholder="fail_run"
          clearable
          disabled={isReadOnly}
          data={['fail_run', 'continue']}
          value={typeof body.on_failure === 'string' ? body.on_failure : null}
          onChange={(value) => set('on_failure', value ?? undefined)}
        />
        <NumberInput
          size="xs"
          label="Attempts"
          placeholder="3"
          min={1}
          max={100}
          readOnly={isReadOnly || (typeof body.retry === 'object' && body.retry !== null)}
          value={typeof body.retry === 'number' ? body.retry : ''}
          onChange={(value) => set('retry', typeof value === 'number' ? value : undefined)}
        />
      </Group>
      <Branches
        graph={graph}
        conversation={conversation}
        text={text}
        edit={edit}
        chosenBranch={chosenBranch}
        isReadOnly={isReadOnly}
      />
      <Group gap={6} align="flex-end">
        <Select
          size="xs"
          label="New branch to"
          placeholder="conversation"
          style={{ flex: 1 }}
          disabled={isReadOnly}
          data={graph.conversations.map(({ name }) => name).filter(Boolean)}
          value={newTarget}
          onChange={setNewTarget}
        />
        <Button
          size="xs"
          variant="default"
          disabled={isReadOnly || newTarget === null}
          onClick={() => {
            if (newTarget === null) return;
            edit(connect(text, at, newTarget), 'connect');
            setNewTarget(null);
          }}
        >
          Add branch
        </Button>
      </Group>
    </Stack>
  );
}
