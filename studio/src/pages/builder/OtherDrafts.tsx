import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { LineDiff } from '../../parts/LineDiff.tsx';
import type { Draft } from './use-draft.ts';

/** Drafts that other tabs keep of the same workflow: shown, and never overwritten. */
export function OtherDrafts({ draft }: { draft: Draft }) {
  return draft.others.map((other) => (
    <Alert
      key={other.tab}
      color="yellow"
      variant="outline"
      title="Another tab has a draft of this workflow"
      styles={{ title: { color: 'var(--amber)' } }}
    >
      <Stack gap="xs">
        <Text size="sm">This is how it differs from what you see here:</Text>
        <LineDiff from={draft.text} to={other.text} name="Difference of the other draft" />
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => draft.edit(other.text, 'take')}>
            Use it here
          </Button>
          <Button size="xs" variant="default" onClick={() => draft.forget(other)}>
            Forget it
          </Button>
        </Group>
      </Stack>
    </Alert>
  ));
}
