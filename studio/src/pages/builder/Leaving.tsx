import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';

/** Asks before one goes to another page; the draft stays in the browser either way. */
export function Leaving({ isChanged }: { isChanged: () => boolean }) {
  const { status, proceed, reset } = useBlocker({
    withResolver: true,
    enableBeforeUnload: false,
    shouldBlockFn: ({ current, next }) => {
      const tab = (place: { search: unknown }) => (place.search as { tab?: string }).tab;
      return isChanged() && (current.pathname !== next.pathname || tab(current) !== tab(next));
    },
  });
  return (
    <Modal opened={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?">
      <Stack>
        <Text size="sm">
          The changes are not saved. This browser keeps them, and shows them when you come back.
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => reset?.()} data-autofocus>
            Stay
          </Button>
          <Button onClick={() => proceed?.()}>Leave</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
