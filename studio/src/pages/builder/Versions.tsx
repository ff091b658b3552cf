import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  VersionDefinitionDocument,
  WorkflowVersionsDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { LineDiff } from '../../parts/LineDiff.tsx';
import { Time } from '../../parts/Time.tsx';
import { readDefinition, writeDefinition } from './document.ts';

type Conversations = Map<string, string>;

const conversationsOf = (definition: unknown): Conversations => {
  const { conversations, steps } = (definition ?? {}) as Record<string, unknown>;
  const list = conversations ?? steps;
  return new Map(
    (Array.isArray(list) ? list : []).map((body: { name?: unknown }) => [
      String(body?.name),
      JSON.stringify(sorted(body)),
    ]),
  );
};

/** A value whose order of fields says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}

/** Which conversations differ between two definitions, in words. */
export function ConversationDiff({ from, to }: { from: unknown; to: unknown }) {
  const [a, b] = [conversationsOf(from), conversationsOf(to)];
  const added = [...b.keys()].filter((name) => !a.has(name));
  const removed = [...a.keys()].filter((name) => !b.has(name));
  const changed = [...b.keys()].filter((name) => a.has(name) && a.get(name) !== b.get(name));
  const rows = Object.entries({ Added: added, Removed: removed, Changed: changed }).filter(
    ([, names]) => names.length > 0,
  );
  if (rows.length === 0) return <Text size="sm">No conversation differs.</Text>;
  return (
    <>
      {rows.map(([label, names]) => (
        <Text key={label} size="sm" className="isolate" style={{ overflowWrap: 'anywhere' }}>
          <b>{label}:</b> {names.join(', ')}
        </Text>
      ))}
    </>
  );
}

function Version({
  workflow,
  version,
  text,
  restore,
}: {
  workflow: string;
  version: number;
  text: string;
  restore: (text: string) => void;
}) {
  const { data, fault, isLoading } = useAnswer(VersionDefinitionDocument, {
    workflowName: workflow,
    version,
  });
  const [found] = present(data?.workflowByName?.workflowVersions.nodes);
  if (isLoading) return <Skeleton height={120} />;
  if (!found) return <FaultNote fault={fault} />;
  const old = writeDefinition(found.definition);
  const { value } = readDefinition(text);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        From version {version} to the draft
      </Text>
      <ConversationDiff from={found.definition} to={value} />
      <LineDiff from={old} to={text} name="Difference by line" />
      <Group justify="flex-end">
        <Button size="xs" onClick={() => restore(old)}>
          Restore version {version} as the draft
        </Button>
      </Group>
    </Stack>
  );
}

/** All versions: who made them and when, how the draft differs, and back to one of them. */
export function Versions({
  workflow,
  text,
  opened,
  close,
  restore,
}: {
  workflow: string;
  text: string;
  opened: boolean;
  close: () => void;
  restore: (text: string) => void;
}) {
  const [first, setFirst] = useState(50);
  const [chosen, setChosen] = useState<number>();
  const { data, fault } = useAnswer(
    WorkflowVersionsDocument,
    { workflowName: workflow, first },
    !opened,
  );
  const page = data?.workflowByName?.workflowVersions;
  return (
    <Modal opened={opened} onClose={close} title={`Versions of ${workflow}`} size="xl">
      <Stack gap="sm">
        <FaultNote fault={fault} />
        <div className="versions">
          {present(page?.nodes).map((version) => (
            <button
              key={version.version}
              type="button"
              className="row version"
              aria-pressed={chosen === version.version}
              onClick={() => setChosen(version.version)}
            >
              <b>version {version.version}</b>
              <span className="cut">{version.author}</span>
              <Time at={version.createdAt} />
            </button>
          ))}
        </div>
        {page?.pageInfo.hasNextPage && first < 500 && (
          <Button size="xs" variant="default" onClick={() => setFirst(500)}>
            Show more
          </Button>
        )}
        {chosen !== undefined && (
          <Version
            key={chosen}
            workflow={workflow}
            version={chosen}
            text={text}
            restore={(old) => {
              restore(old);
              close();
            }}
          />
        )}
      </Stack>
    </Modal>
  );
}
