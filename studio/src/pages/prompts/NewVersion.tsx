import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DefinePromptDocument } from '../../../../graphql/operations/operations.generated.ts';
import { dropDraft, readDraft, writeDraft } from '../../data/drafts.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { WordDiff } from '../../parts/WordDiff.tsx';

interface Draft {
  name: string;
  text: string;
}

/** Another text of a prompt, or a prompt that is new. What is typed stays in the browser until it is saved. */
export function NewVersion({
  of,
  saved,
}: {
  /** The prompt, with its latest version; undefined: a new one. */
  of?: { name: string; version: number; text: string };
  saved: (name: string) => void;
}) {
  const key = `prompt:${of?.name ?? ''}`;
  const [draft, setDraft] = useState<Draft>(
    () => readDraft<Draft>(key) ?? { name: of?.name ?? '', text: of?.text ?? '' },
  );
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const isChanged = draft.text !== (of?.text ?? '') || (!of && draft.name !== '');
  const change = (next: Draft) => {
    setDraft(next);
    writeDraft(key, next);
  };
  const drop = () => {
    dropDraft(key);
    setDraft({ name: of?.name ?? '', text: of?.text ?? '' });
    setFault(undefined);
  };
  const save = async () => {
    setBusy(true);
    const done = await act(DefinePromptDocument, draft);
    setBusy(false);
    setFault(done.fault);
    if (!done.data) return;
    dropDraft(key);
    saved(draft.name);
  };
  return (
    <section
      className="panel"
      style={{ padding: 14 }}
      aria-label={of ? 'New version' : 'New prompt'}
    >
      <Stack gap="sm">
        {!of && (
          <TextInput
            label="Name"
            placeholder="grade-summary"
            maxLength={200}
            value={draft.name}
            onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
          />
        )}
        <Textarea
          label="Text"
          description="A template: {{ input.text }} puts in what the step can read."
          autosize
          minRows={5}
          maxRows={24}
          value={draft.text}
          onChange={(event) => change({ ...draft, text: event.currentTarget.value })}
        />
        {of && isChanged && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              Changes to version {of.version}
            </Text>
            <WordDiff from={of.text} to={draft.text} />
          </div>
        )}
        <FaultNote fault={fault} title="That was refused" />
        <Group justify="space-between">
          <Text size="sm" c="dimmed" role="status">
            {isChanged ? 'unsaved changes, kept in this browser' : ''}
          </Text>
          <Group gap="xs">
            {isChanged && (
              <Button size="xs" variant="default" onClick={drop}>
                Undo all
              </Button>
            )}
            <Button
              size="xs"
              loading={isBusy}
              disabled={!isChanged || draft.name.trim() === '' || draft.text.trim() === ''}
              onClick={save}
            >
              {of ? `Save as version ${of.version + 1}` : 'Save'}
            </Button>
          </Group>
        </Group>
      </Stack>
    </section>
  );
}
