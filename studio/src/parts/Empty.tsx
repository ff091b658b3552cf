import { Code, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What would be here, and the one thing that fills it. */
export function Empty({
  title,
  children,
  command,
}: {
  title: string;
  children?: ReactNode;
  command?: string | undefined;
}) {
  return (
    <Stack align="center" gap={6} py={48} px="md">
      <Title order={3} size="h4">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" size="sm" ta="center">
          {children}
        </Text>
      )}
      {command && <Code>{command}</Code>}
    </Stack>
  );
}
