import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** The heading of a page, and what can be done with the page as a whole. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Group justify="space-between">
      <Title order={1} size="h2">
        {title}
      </Title>
      {children}
    </Group>
  );
}
