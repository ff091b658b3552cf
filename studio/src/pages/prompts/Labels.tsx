import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import {
  LabelPromptDocument,
  type PromptPageQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { plural } from '../../data/format.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Time } from '../../parts/Time.tsx';
import { Columns, Section } from '../dashboard/Section.tsx';

export type Prompt = NonNullable<PromptPageQuery['promptByPromptName']>;
export type Move = NonNullable<Prompt['promptLabels']['nodes'][number]>;

/** Where each label points now: its last move. */
export function pointing(prompt: Prompt): Move[] {
  const moves = present(prompt.promptLabels.nodes);
  return [...new Map(moves.toReversed().map((move) => [move.label, move])).values()].sort((a, b) =>
    a.label.localeCompare(b.label),
  );
}

/** Labels, where they point and pointed; who may, moves them. */
export function Labels({ prompt, changed }: { prompt: Prompt; changed: () => void }) {
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Fault>();
  const labels = pointing(prompt);
  const moves = present(prompt.promptLabels.nodes);
  const mayMove = prompt.mayAuthor ?? false;
  const versions = Array.from({ length: prompt.latestVersion }, (_, i) =>
    String(prompt.latestVersion - i),
  );
  const move = async (label: string, version: number) => {
    const done = await act(LabelPromptDocument, { prompt: prompt.promptName, label, version });
    setFault(done.fault);
    if (done.data) setName('');
    changed();
  };
  return (
    <Section title="Labels">
      <Stack gap="xs">
        <FaultNote fault={fault} title="That was refused" />
        {labels.length === 0 ? (
          <Text size="sm">No label points to a version. Workflows may use the latest one.</Text>
        ) : (
          <Columns names={['label', 'version', 'moved by', 'moved', 'before']}>
            {labels.map((label) => (
              <Table.Tr key={label.label}>
                <Table.Th scope="row">{label.label}</Table.Th>
                <Table.Td>
                  <NativeSelect
                    size="xs"
                    w={80}
                    aria-label={`Version of ${label.label}`}
                    data={versions}
                    disabled={!mayMove}
                    value={String(label.version)}
                    onChange={(event) => move(label.label, Number(event.currentTarget.value))}
                  />
                </Table.Td>
                <Table.Td>{label.movedBy}</Table.Td>
                <Table.Td>
                  <Time at={label.movedAt} />
                </Table.Td>
                <Table.Td>
                  {moves
                    .filter((m) => m.label === label.label && m.move < label.move)
                    .map((m) => `version ${m.version}`)
                    .join(', ') || '–'}
                </Table.Td>
              </Table.Tr>
            ))}
          </Columns>
        )}
        {mayMove && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim()) void move(name.trim(), prompt.latestVersion);
            }}
          >
            <Group gap="xs" align="flex-end">
              <TextInput
                size="xs"
                label="New label"
                placeholder="production"
                maxLength={60}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Button size="xs" variant="default" type="submit" disabled={name.trim() === ''}>
                Point it to version {prompt.latestVersion}
              </Button>
            </Group>
          </form>
        )}
        <Text size="xs" c="dimmed">
          Runs that were started before a move keep what they got.{' '}
          {moves.length > labels.length && `The labels moved ${plural(moves.length, 'time')}.`}
        </Text>
      </Stack>
    </Section>
  );
}
