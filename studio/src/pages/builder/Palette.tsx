import { Group, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { DRAGGED } from '../../parts/graph/Graph.tsx';

export interface PaletteEntry {
  /** What a new conversation is called. */
  name: string;
  kind: string;
  body: Record<string, unknown>;
}

/** What was dragged, from the text that it is dragged as; undefined if that is something else. */
export function readEntry(dragged: string): PaletteEntry | undefined {
  try {
    const entry = JSON.parse(dragged) as Partial<PaletteEntry> | null;
    return typeof entry?.name === 'string' && typeof entry.body === 'object'
      ? (entry as PaletteEntry)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What needs no actor. */
const PLAIN: PaletteEntry[] = [
  { name: 'ask', kind: 'human', body: { type: 'human', prompt: 'What is to be decided?' } },
  { name: 'decide', kind: 'condition', body: { type: 'condition' } },
  { name: 'pause', kind: 'timer', body: { type: 'timer', wait: '1h' } },
  { name: 'event', kind: 'signal', body: { type: 'signal' } },
];

/** The actors, and what needs none: choosing one adds a conversation, and so does dragging it into the graph. */
export function Palette({
  actors,
  add,
  isReadOnly,
}: {
  actors: readonly { actorName: string; actorType: string }[];
  add: (entry: PaletteEntry) => void;
  isReadOnly: boolean;
}) {
  const [text, setText] = useState('');
  const entries = [
    ...PLAIN,
    ...actors.map(
      ({ actorName, actorType }): PaletteEntry => ({
        name: actorName,
        kind: actorType.replace('_', ' '),
        body: {
          actor: actorName,
          ...(actorType === 'ai_model' && { prompt: 'What is to be answered?' }),
        },
      }),
    ),
  ].filter(({ name, kind }) => `${name} ${kind}`.toLowerCase().includes(text.toLowerCase()));
  return (
    <section aria-label="Add a conversation" className="palette">
      <TextInput
        size="xs"
        aria-label="Find an actor"
        placeholder="Find an actor"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="palette-list">
        {entries.slice(0, 60).map((entry) => (
          <UnstyledButton
            key={`${entry.kind}/${entry.name}`}
            className="palette-entry"
            disabled={isReadOnly}
            draggable={!isReadOnly}
            onDragStart={(event) => {
              event.dataTransfer.setData(DRAGGED, JSON.stringify(entry));
              event.dataTransfer.effectAllowed = 'copy';
            }}
            title={`Add ${entry.name}, or drag it into the graph`}
            onClick={() => add(entry)}
          >
            <Group gap={6} wrap="nowrap">
              <Text size="xs" fw={600} className="cut">
                {entry.name}
              </Text>
              <Text size="xs" c="dimmed" className="nowrap">
                {entry.kind}
              </Text>
            </Group>
          </UnstyledButton>
        ))}
        {entries.length === 0 && <Text size="xs">No actor has that name.</Text>}
      </div>
    </section>
  );
}
