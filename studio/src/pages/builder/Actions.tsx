import { Button, Group, Menu, Modal, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { Redo2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { SaveWorkflowTemplateDocument } from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { StartFrom } from './StartFrom.tsx';
import type { Draft } from './use-draft.ts';

const MAY_NOT = 'Your role or your permission on this workflow does not allow it.';

function SaveAsTemplate({
  definition,
  opened,
  close,
}: {
  definition: unknown;
  opened: boolean;
  close: () => void;
}) {
  const [name, setName] = useState('');
  const [visibility, setVisibility] = useState<string>('private');
  const [fault, setFault] = useState<Fault>();
  const save = async () => {
    const { description } = (definition ?? {}) as { description?: unknown };
    const done = await act(SaveWorkflowTemplateDocument, {
      templateName: name,
      definition: definition ?? {},
      visibility: visibility as 'private',
      ...(typeof description === 'string' && { description }),
    });
    setFault(done.fault);
    if (!done.fault) close();
  };
  return (
    <Modal opened={opened} onClose={close} title="Save as a template">
      <Stack gap="sm">
        <TextInput
          label="Name of the template"
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label="Visibility"
          data={['private', 'public']}
          allowDeselect={false}
          value={visibility}
          onChange={(value) => setVisibility(value ?? 'private')}
        />
        <FaultNote fault={fault} title="That was refused" />
        <Group justify="flex-end">
          <Button disabled={name.trim() === ''} onClick={save}>
            Save template
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** What is done with the draft as a whole. */
export function Actions({
  draft,
  definition,
  name,
  mayAuthor,
  maySave,
  isBusy,
  save,
  showVersions,
  take,
}: {
  draft: Draft;
  definition: unknown;
  name: string | undefined;
  mayAuthor: boolean;
  maySave: boolean;
  isBusy: boolean;
  save: () => void;
  showVersions: (() => void) | undefined;
  take: (text: string) => void;
}) {
  const [dialog, setDialog] = useState<'template' | 'start'>();
  return (
    <Group gap="xs" className="builder-actions">
      <Button
        size="xs"
        variant="default"
        aria-label="Undo"
        disabled={!draft.canUndo || !mayAuthor}
        onClick={draft.undo}
      >
        <Undo2 size={14} aria-hidden />
      </Button>
      <Button
        size="xs"
        variant="default"
        aria-label="Redo"
        disabled={!draft.canRedo || !mayAuthor}
        onClick={draft.redo}
      >
        <Redo2 size={14} aria-hidden />
      </Button>
      <Text size="sm" c="dimmed" style={{ flex: '1 1 120px' }} role="status">
        {draft.isChanged ? 'unsaved changes, kept in this browser' : ''}
      </Text>
      {showVersions && (
        <Button size="xs" variant="default" onClick={showVersions}>
          Versions
        </Button>
      )}
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default">
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={!mayAuthor} onClick={() => setDialog('start')}>
            Import or start again from…
          </Menu.Item>
          <Menu.Item onClick={() => download(`${name ?? 'workflow'}.yaml`, draft.text)}>
            Export as YAML
          </Menu.Item>
          <Menu.Item
            disabled={definition === undefined || !mayAuthor}
            onClick={() => setDialog('template')}
          >
            Save as a template
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {draft.isChanged && (
        <Button size="xs" variant="default" onClick={draft.drop}>
          Undo all
        </Button>
      )}
      <Tooltip disabled={mayAuthor} label={MAY_NOT}>
        <Button
          size="xs"
          onClick={() => mayAuthor && save()}
          loading={isBusy}
          disabled={mayAuthor && !maySave}
          data-disabled={mayAuthor ? undefined : true}
          aria-disabled={!mayAuthor}
        >
          Save
        </Button>
      </Tooltip>
      <SaveAsTemplate
        definition={definition}
        opened={dialog === 'template'}
        close={() => setDialog(undefined)}
      />
      <Modal
        opened={dialog === 'start'}
        onClose={() => setDialog(undefined)}
        title="Import or start again"
        size="lg"
      >
        <StartFrom
          take={(text) => {
            take(text);
            setDialog(undefined);
          }}
        />
      </Modal>
    </Group>
  );
}
