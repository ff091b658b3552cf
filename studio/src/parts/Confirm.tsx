import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says what will be done, and to how many, before it is. */
export function Confirm({
  title,
  children,
  action,
  isBusy,
  confirm,
  close,
}: {
  title: string | undefined;
  children?: ReactNode;
  /** What the button says; undefined: there is nothing to do. */
  action: string | undefined;
  isBusy: boolean;
  confirm: () => void;
  close: () => void;
}) {
  return (
    <Modal opened={title !== undefined} onClose={close} title={title}>
      <Stack>
        {children && (
          <Text size="sm" component="div">
            {children}
          </Text>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Back
          </Button>
          {action && (
            <Button onClick={confirm} loading={isBusy} data-autofocus>
              {action}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
