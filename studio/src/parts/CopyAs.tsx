import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ChevronDown, Copy } from 'lucide-react';

/** What a view shows or an action does, as statements that can be run. */
export function CopyAs({ as }: { as: Partial<Record<'SQL' | 'GraphQL' | 'CLI', string>> }) {
  const put = async (kind: string, text: string) => {
    await navigator.clipboard.writeText(text).catch(() => {});
    notifications.show({ message: `Copied as ${kind}: ${text.slice(0, 120)}` });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Copy size={14} />}
          rightSection={<ChevronDown size={14} />}
        >
          Copy as
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(as).map(([kind, text]) => (
          <Menu.Item key={kind} onClick={() => put(kind, text)}>
            {kind}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A value as a literal of SQL. */
export const literal = (value: unknown): string =>
  value === null || value === undefined
    ? 'null'
    : `'${(typeof value === 'object' ? JSON.stringify(value) : String(value)).replaceAll("'", "''")}'`;
