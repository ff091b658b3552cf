import { SegmentedControl, Skeleton, Stack, Textarea } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';

const ContractForm = lazy(() => import('./ContractForm.tsx'));

/** JSON that is typed: the value, or why it is none. */
export function parseJson(text: string): { value?: unknown; error?: string } {
  if (text.trim() === '') return {};
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** A value as a form of its contract, or as JSON where there is none or somebody prefers it. */
export function JsonInput({
  schema,
  text,
  change,
  label,
}: {
  schema: Record<string, unknown> | null | undefined;
  text: string;
  change: (text: string) => void;
  label: string;
}) {
  const hasForm = schema != null && schema.type === 'object' && schema.properties != null;
  const [view, setView] = useState(hasForm ? 'Form' : 'JSON');
  const { value, error } = parseJson(text);
  return (
    <Stack gap="xs">
      {hasForm && (
        <SegmentedControl
          size="xs"
          data={['Form', 'JSON']}
          value={view}
          onChange={setView}
          aria-label={`View of ${label}`}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      {hasForm && view === 'Form' ? (
        <Suspense fallback={<Skeleton height={80} />}>
          <ContractForm
            schema={schema}
            value={value ?? {}}
            change={(next) => change(JSON.stringify(next, null, 2))}
          />
        </Suspense>
      ) : (
        <Textarea
          label={label}
          autosize
          minRows={4}
          maxRows={16}
          value={text}
          error={error}
          onChange={(event) => change(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
    </Stack>
  );
}
