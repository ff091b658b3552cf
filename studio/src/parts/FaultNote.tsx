import { Alert, Code, CopyButton, Group, Text, UnstyledButton } from '@mantine/core';
import { CircleX, Copy } from 'lucide-react';
import { type Fault, printFault } from '../data/faults.ts';

/** An error as the database says it, to be copied. */
export function FaultNote({ fault, title }: { fault: Fault | undefined; title?: string }) {
  if (fault === undefined) return null;
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<CircleX size={18} />}
      title={title}
      styles={{ title: { color: 'var(--red)' }, icon: { color: 'var(--red)' } }}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Text size="sm" className="text">
            {fault.code && <Code mr={6}>{fault.code}</Code>}
            {fault.message}
          </Text>
          {fault.detail && (
            <Text size="sm" c="dimmed" className="text">
              {fault.detail}
            </Text>
          )}
          {fault.hint && (
            <Text size="sm" className="text">
              {fault.hint}
            </Text>
          )}
        </div>
        <CopyButton value={printFault(fault)}>
          {({ copied, copy }) => (
            <UnstyledButton onClick={copy} aria-label="Copy the error">
              <Group gap={4} wrap="nowrap">
                <Copy size={14} />
                <Text size="xs">{copied ? 'copied' : 'copy'}</Text>
              </Group>
            </UnstyledButton>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}

/** An error of a step, as it is kept: {code, message, detail}. */
export function readError(error: unknown): Fault | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, detail } = error as Record<string, unknown>;
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : 'It failed.',
    detail:
      detail == null ? undefined : typeof detail === 'string' ? detail : JSON.stringify(detail),
    hint: undefined,
  };
}
