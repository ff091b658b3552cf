import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { LineDiff } from '../../parts/LineDiff.tsx';
import { readDefinition } from './document.ts';
import type { Draft } from './use-draft.ts';
import type { Other } from './use-saving.ts';
import { ConversationDiff } from './Versions.tsx';

/** Somebody saved another version meanwhile: both are shown, and nothing is overwritten. */
export function OtherVersion({
  other,
  draft,
  isBusy,
  save,
  drop,
}: {
  other: Other;
  draft: Draft;
  isBusy: boolean;
  save: () => void;
  drop: () => void;
}) {
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="alert"
      title={`${other.author} saved version ${other.version} meanwhile`}
      styles={{ title: { color: 'var(--amber)' } }}
    >
      <Stack gap="xs">
        <Text size="sm">
          Your draft is of version {draft.version}. This is how it differs from version{' '}
          {other.version}:
        </Text>
        <ConversationDiff
          from={readDefinition(other.text).value}
          to={readDefinition(draft.text).value}
        />
        <LineDiff from={other.text} to={draft.text} name="Difference" />
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={save} loading={isBusy}>
            Save mine as the next version
          </Button>
          <Button size="xs" variant="default" onClick={drop}>
            Drop mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
