import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { parse, stringify } from 'yaml';

const print = (value: unknown): string =>
  value === undefined ? '' : stringify(value, { lineWidth: 0 }).trimEnd();

/** A field whose value is YAML: kept as typed until it can be read. */
export function ValueField({
  label,
  placeholder,
  value,
  change,
  error,
  isReadOnly,
}: {
  label: string;
  placeholder?: string;
  value: unknown;
  change: (value: unknown) => void;
  error: string | undefined;
  isReadOnly: boolean;
}) {
  const written = print(value);
  const [typed, setTyped] = useState<{ of: string; text: string; error?: string }>();
  const own = typed?.of === written ? typed : undefined;
  return (
    <Textarea
      label={label}
      {...(placeholder && { placeholder })}
      size="xs"
      autosize
      minRows={1}
      maxRows={10}
      readOnly={isReadOnly}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      value={own?.text ?? written}
      error={own?.error ?? error}
      onChange={(event) => {
        const text = event.currentTarget.value;
        try {
          const next = text.trim() === '' ? undefined : (parse(text) as unknown);
          setTyped({ of: print(next), text });
          change(next);
        } catch (problem) {
          setTyped({ of: written, text, error: (problem as Error).message.split('\n')[0] ?? '' });
        }
      }}
    />
  );
}
