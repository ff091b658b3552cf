import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { PromptPageQuery } from '../../../../graphql/operations/operations.generated.ts';
import { Columns, Section } from '../dashboard/Section.tsx';

type Use = NonNullable<NonNullable<NonNullable<PromptPageQuery['promptUses']>['nodes']>[number]>;

/** Which version a conversation takes, in words. */
function words({ label, promptVersion, split }: Use): string {
  if (split != null) {
    return Object.entries(split as Record<string, number>)
      .map(([name, share]) => `${name} ${share} %`)
      .join(', ');
  }
  if (label) return `label ${label}`;
  return promptVersion == null ? 'the latest' : `version ${promptVersion}`;
}

/** Where a prompt is used: latest versions of workflows, and those that an environment is pinned to. */
export function Uses({ uses }: { uses: readonly Use[] }) {
  return (
    <Section title="Used by">
      {uses.length === 0 ? (
        <Text size="sm">No workflow that you may see uses it.</Text>
      ) : (
        <Columns names={['workflow', 'conversation', 'takes', 'version', 'pinned to']}>
          {uses.map((use) => (
            <Table.Tr key={`${use.workflowName}/${use.version}/${use.conversationName}`}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to="/workflows/$name"
                  params={{ name: use.workflowName } as never}
                  size="sm"
                >
                  {use.workflowName}
                </Anchor>
              </Table.Td>
              <Table.Td>{use.conversationName}</Table.Td>
              <Table.Td>{words(use)}</Table.Td>
              <Table.Td>
                {use.version}
                {use.isLatest && ' (latest)'}
              </Table.Td>
              <Table.Td>{(use.environments ?? []).join(', ') || '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Columns>
      )}
    </Section>
  );
}
