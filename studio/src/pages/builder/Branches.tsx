import { Autocomplete, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import type { DraftGraph } from './check.ts';
import { movePart, partOf, removePart, setBranch } from './document.ts';

type Body = Record<string, unknown>;

/** What a branch says of its condition, as text; a list of tags as in YAML. */
const whenOf = (branch: Body): string => {
  const when = branch.when ?? branch.condition;
  if (branch.otherwise === true) return 'otherwise';
  return when === undefined ? '' : Array.isArray(when) ? when.join(', ') : String(when);
};

function conditionOf(text: string): Body {
  const condition = text.trim();
  const isOtherwise = condition === 'otherwise';
  return {
    condition: undefined,
    otherwise: isOtherwise ? true : undefined,
    when: isOtherwise || condition === '' ? undefined : text,
  };
}

/** The branches of a conversation: where they lead, by which condition, in which order. */
export function Branches({
  graph,
  conversation,
  text,
  edit,
  chosenBranch,
  isReadOnly,
}: {
  graph: DraftGraph;
  conversation: DraftGraph['conversations'][number];
  text: string;
  edit: (next: string, group: string) => void;
  chosenBranch: string | undefined;
  isReadOnly: boolean;
}) {
  const others = graph.conversations.map(({ name }) => name).filter(Boolean);
  const name = ({ to, ends }: DraftGraph['branches'][number]) =>
    graph.conversations.find(({ conversation_id }) => conversation_id === to)?.name ??
    (ends ? 'END' : 'none');
  const tags = (conversation.tags ?? []).map((tag) => `[${tag}]`);
  const branches = graph.branches.filter(({ from }) => from === conversation.conversation_id);
  const move = (at: string, by: number) => edit(movePart(text, at, by), `move ${at}`);
  return (
    <Stack gap={6} component="section" aria-label="Branches">
      <Text size="sm" fw={600}>
        Branches
      </Text>
      {branches.length === 0 && <Text size="xs">It leads nowhere.</Text>}
      {branches.map((branch, index) => {
        const to = name(branch);
        const part = partOf(text, branch.at);
        const body = (typeof part === 'object' && part !== null ? part : {}) as Body;
        const isOwn = branch.at.includes('/branches');
        const set = (fields: Body) =>
          edit(setBranch(text, branch.at, fields), `branch ${branch.at}`);
        return (
          <Group
            key={branch.branch_id}
            gap={6}
            align="flex-end"
            className={branch.branch_id === chosenBranch ? 'branch chosen' : 'branch'}
          >
            <Select
              size="xs"
              label="To"
              w={140}
              data={[...new Set([...others, to, 'none', 'END'])]}
              value={to}
              allowDeselect={false}
              disabled={!isOwn || isReadOnly}
              onChange={(next) => next && set({ to: next })}
            />
            <Autocomplete
              size="xs"
              label="When"
              placeholder="always"
              style={{ flex: '1 1 120px' }}
              data={[...tags, 'otherwise']}
              value={whenOf(body)}
              disabled={!isOwn || isReadOnly}
              onChange={(next) => set(conditionOf(next))}
            />
            <Select
              size="xs"
              label="After"
              w={96}
              data={['success', 'failure', 'skip']}
              allowDeselect={false}
              value={branch.after}
              disabled={!isOwn || isReadOnly || Array.isArray(body.after)}
              onChange={(next) =>
                set({ after: next === 'success' ? undefined : (next ?? undefined) })
              }
            />
            <TextInput
              size="xs"
              label="Loop"
              w={64}
              placeholder="no"
              value={body.loop === undefined ? '' : String(body.loop)}
              disabled={!isOwn || isReadOnly}
              onChange={(event) => {
                const next = event.currentTarget.value;
                set({ loop: /^\d+$/.test(next) ? Number(next) : next });
              }}
            />
            <Button.Group mb={4}>
              <Button
                size="compact-xs"
                variant="default"
                px={4}
                disabled={isReadOnly || !isOwn || index === 0}
                aria-label={`Move the branch to ${to} up`}
                onClick={() => move(branch.at, -1)}
              >
                <ArrowUp size={13} aria-hidden />
              </Button>
              <Button
                size="compact-xs"
                variant="default"
                px={4}
                disabled={isReadOnly || !isOwn || index === branches.length - 1}
                aria-label={`Move the branch to ${to} down`}
                onClick={() => move(branch.at, 1)}
              >
                <ArrowDown size={13} aria-hidden />
              </Button>
            </Button.Group>
            <Button
              size="compact-xs"
              variant="default"
              mb={4}
              disabled={isReadOnly}
              aria-label={`Delete the branch to ${to}`}
              onClick={() => edit(removePart(text, branch.at), `delete ${branch.at}`)}
            >
              Delete
            </Button>
          </Group>
        );
      })}
    </Stack>
  );
}
