import { Group, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';

export interface PaletteEntry {
  /** What a new conversation is called. */
  name: string;
  kind: string;
  body: Record<string, unknown>;
}

/** What needs no actor. */
const PLAIN: PaletteEntry[] = [
  { name: 'ask', kind: 'human', body: { type: 'human', prompt: 'What is to be decided?' } },
  { name: 'decide', kind: 'condition', body: { type: 'condition' } },
  { name: 'pause', kind: 'timer', body: { type: 'timer', wait: '1h' } },
  { name: 'event', kind: 'signal', body: { type: 'signal' } },
];

/** The actors, and what needs none: choosing one adds a conversation. */
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
            title={`Add ${entry.name}`}
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
