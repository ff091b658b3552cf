import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { X } from 'lucide-react';
import { useState } from 'react';
import { readDraft, writeDraft } from '../../data/drafts.ts';
import { exactTime, useZone } from '../../data/format.ts';
import { readInterval, useUrl } from '../../data/url.ts';
import type { Url } from './filter.ts';

const STATUSES = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'];
const QUICK: { label: string; search: Record<string, string | undefined> }[] = [
  { label: 'All', search: {} },
  { label: 'In flight', search: { status: 'pending,running,waiting,paused' } },
  { label: 'Failed today', search: { status: 'failed', since: 'today' } },
  { label: 'Waiting', search: { status: 'waiting' } },
];
const SAVED = 'runs-views';

const takeFocus = (input: HTMLInputElement | null) => input?.focus();

/** Filters that somebody named: kept in this browser. */
function SavedViews() {
  const [{ columns: _, ...url }, setUrl] = useUrl();
  const [views, setViews] = useState(() => readDraft<Record<string, Url>>(SAVED) ?? {});
  const [name, setName] = useState<string>();
  const keep = (next: Record<string, Url>) => {
    setViews(next);
    writeDraft(SAVED, next);
  };
  const none = Object.fromEntries(Object.keys(url).map((key) => [key, undefined]));
  return (
    <>
      {Object.entries(views).map(([label, view]) => (
        <Button.Group key={label}>
          <Button size="compact-sm" variant="default" onClick={() => setUrl({ ...none, ...view })}>
            {label}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            px={4}
            aria-label={`Forget the view ${label}`}
            onClick={() =>
              keep(Object.fromEntries(Object.entries(views).filter(([key]) => key !== label)))
            }
          >
            <X size={12} aria-hidden />
          </Button>
        </Button.Group>
      ))}
      {Object.keys(url).length > 0 &&
        (name === undefined ? (
          <Button size="compact-sm" variant="default" onClick={() => setName('')}>
            Save this view
          </Button>
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (name.trim() !== '') keep({ ...views, [name.trim()]: url });
              setName(undefined);
            }}
          >
            <TextInput
              size="xs"
              w={150}
              maxLength={60}
              aria-label="Name of the view"
              placeholder="Name, then Enter"
              ref={takeFocus}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          </form>
        ))}
    </>
  );
}

function Field({ name, label }: { name: string; label: string }) {
  const [url, setUrl] = useUrl();
  const [text, setText] = useState(url[name] ?? '');
  const [seen, setSeen] = useState(url[name]);
  if (seen !== url[name]) {
    setSeen(url[name]);
    setText(url[name] ?? '');
  }
  const put = useDebouncedCallback(
    (value: string) => setUrl({ [name]: value, before: undefined }, { replace: true }),
    350,
  );
  return (
    <TextInput
      size="xs"
      w={name === 'q' ? 190 : 150}
      placeholder={label}
      aria-label={label}
      data-search={name === 'q' ? true : undefined}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        put(event.currentTarget.value.trim());
      }}
    />
  );
}

/** What narrows the list. */
export function Filters() {
  const [url, setUrl] = useUrl();
  const cleared = { status: undefined, since: undefined };
  return (
    <Stack gap="xs">
      <Group gap={6}>
        {QUICK.map(({ label, search }) => {
          const isOn = url.status === search.status && url.since === search.since;
          return (
            <Button
              key={label}
              size="compact-sm"
              variant={isOn ? 'filled' : 'default'}
              aria-pressed={isOn}
              onClick={() => setUrl({ ...cleared, ...search })}
            >
              {label}
            </Button>
          );
        })}
        <SavedViews />
      </Group>
      <Group gap="xs">
        <Field name="q" label="Number, words, or input" />
        <Field name="workflow" label="Workflow" />
        <Field name="by" label="Started by" />
        <Select
          size="xs"
          w={130}
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={STATUSES}
          value={url.status && !url.status.includes(',') ? url.status : null}
          onChange={(status) => setUrl({ status: status ?? undefined })}
        />
        <Select
          size="xs"
          w={160}
          aria-label="Environment"
          placeholder="Any environment"
          clearable
          data={['dev', 'test', 'uat', 'prod']}
          value={url.environment ?? null}
          onChange={(environment) => setUrl({ environment: environment ?? undefined })}
        />
        <Select
          size="xs"
          w={130}
          aria-label="Started within"
          placeholder="Any time"
          clearable
          data={[
            { value: '1h', label: 'last hour' },
            { value: 'today', label: 'today' },
            { value: '24h', label: 'last 24 hours' },
            { value: '168h', label: 'last 7 days' },
          ]}
          value={url.since ?? null}
          onChange={(since) => setUrl({ since: since ?? undefined })}
        />
      </Group>
    </Stack>
  );
}

/** Filters that links set and no field shows: what they say, and what they are taken away by. */
export function Given() {
  const [url, setUrl] = useUrl();
  const zone = useZone();
  const words = (range: [string, string] | undefined, what: string) =>
    range && `${what} ${exactTime(range[0], zone)} – ${exactTime(range[1], zone)}`;
  const given: [string, string | undefined][] = [
    ['started', words(readInterval(url.started), 'started')],
    ['ended', words(readInterval(url.ended), 'ended')],
    ['tried', words(readInterval(url.tried), 'tried')],
    ['code', url.code && `failed with ${url.code}`],
    ['actor', url.actor && `actor ${url.actor}`],
    ['model', url.model && `model ${url.model}`],
    ['failure', url.failure && `a step failed with ${url.failure}`],
    ['parent', url.parent && `started by run ${url.parent}`],
  ];
  const shown = given.filter(([, text]) => text);
  if (shown.length === 0) return null;
  return (
    <Group gap={6}>
      {shown.map(([name, text]) => (
        <Button
          key={name}
          size="compact-xs"
          variant="default"
          rightSection={<X size={12} aria-hidden />}
          aria-label={`Remove the filter: ${text}`}
          className="given"
          styles={{ label: { whiteSpace: 'normal', overflowWrap: 'anywhere' } }}
          onClick={() => setUrl({ [name]: undefined })}
        >
          {text}
        </Button>
      ))}
    </Group>
  );
}
