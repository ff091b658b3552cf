import { Button, Group, Stack, Text } from '@mantine/core';
import { plural } from '../../data/format.ts';
import type { Found } from './document.ts';

/** All faults of the newest text, each with its line. */
export function FaultList({
  found,
  goTo,
}: {
  found: readonly Found[] | undefined;
  goTo: (line: number) => void;
}) {
  return (
    <Stack gap={4} role="status" aria-live="polite" data-testid="faults" style={{ minWidth: 0 }}>
      <Text size="sm" fw={600}>
        {found === undefined
          ? 'Checking…'
          : found.length === 0
            ? 'No faults found.'
            : plural(found.length, 'fault')}
      </Text>
      {found?.map(({ code, line, message, hint, path }) => (
        <Group key={`${code}/${path}/${message}`} gap="xs" align="baseline">
          {line !== undefined && (
            <Button size="compact-xs" variant="default" onClick={() => goTo(line)}>
              line {line}
            </Button>
          )}
          <Text size="sm" className="isolate" style={{ overflowWrap: 'anywhere' }}>
            <b>{code.replaceAll('_', ' ')}</b>: {message} {hint}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
