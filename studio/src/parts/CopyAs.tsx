import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ChevronDown, Copy } from 'lucide-react';
import { Fragment } from 'react';
import type { Statements } from '../data/statements.ts';

/** What a view shows, and what its actions do, as statements that can be run. */
export function CopyAs({
  as,
  actions = {},
  size = 'xs',
}: {
  as: Statements;
  /** By name: those that can be done now. */
  actions?: Record<string, Statements>;
  size?: 'xs' | 'compact-sm' | 'compact-xs';
}) {
  const put = async (kind: string, text: string) => {
    await navigator.clipboard.writeText(text).catch(() => {});
    notifications.show({ message: `Copied as ${kind}: ${text.slice(0, 120)}` });
  };
  const items = (statements: Statements) =>
    Object.entries(statements).map(
      ([kind, text]) =>
        text !== undefined && (
          <Menu.Item key={kind} data-copies={text} onClick={() => put(kind, text)}>
            {kind}
          </Menu.Item>
        ),
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size={size}
          variant="default"
          leftSection={<Copy size={14} aria-hidden />}
          rightSection={<ChevronDown size={14} aria-hidden />}
        >
          Copy as
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
        {items(as)}
        {Object.entries(actions).map(([name, statements]) => (
          <Fragment key={name}>
            <Menu.Label>{name}</Menu.Label>
            {items(statements)}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
