import { Checkbox, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useUrl } from '../../data/url.ts';

const STATUSES = ['pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'];

/** What narrows the steps of a run. */
export function LineFilters() {
  const [url, setUrl] = useUrl();
  const [text, setText] = useState(url.q ?? '');
  const put = useDebouncedCallback((q: string) => setUrl({ q }, { replace: true }), 300);
  return (
    <Group gap="xs" mb="xs">
      <TextInput
        size="xs"
        placeholder="Text, step, actor, model"
        aria-label="Text, step, actor, or model"
        w={210}
        data-search
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          put(event.currentTarget.value);
        }}
      />
      <Select
        size="xs"
        w={140}
        placeholder="Any status"
        aria-label="Status"
        clearable
        data={STATUSES}
        value={url.status ?? null}
        onChange={(status) => setUrl({ status: status ?? undefined })}
      />
      <Checkbox
        size="xs"
        label="Skipped and system steps"
        checked={url.all === 'yes'}
        onChange={(event) => setUrl({ all: event.currentTarget.checked ? 'yes' : undefined })}
      />
    </Group>
  );
}
