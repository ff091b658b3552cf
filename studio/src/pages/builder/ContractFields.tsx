import {
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { setField } from './document.ts';
import { ValueField } from './ValueField.tsx';

type Schema = Record<string, unknown>;

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'];
const encode = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1');
const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a form can show a contract: an object whose properties are listed. */
function hasForm(schema: unknown): schema is Schema {
  if (schema === undefined) return true;
  if (!isObject(schema) || (schema.type ?? 'object') !== 'object') return false;
  return schema.properties === undefined || isObject(schema.properties);
}

function Property({
  name,
  schema,
  isRequired,
  isReadOnly,
  change,
  rename,
  require,
}: {
  name: string;
  schema: unknown;
  isRequired: boolean;
  isReadOnly: boolean;
  change: (type: string | undefined) => void;
  rename: (name: string | undefined) => void;
  require: (isRequired: boolean) => void;
}) {
  const [typed, setTyped] = useState(name);
  const type = isObject(schema) && typeof schema.type === 'string' ? schema.type : null;
  return (
    <Group gap={6} align="center" wrap="nowrap">
      <TextInput
        size="xs"
        aria-label={`Name of the property ${name}`}
        style={{ flex: 1 }}
        readOnly={isReadOnly}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => typed !== name && typed.trim() !== '' && rename(typed)}
      />
      <Select
        size="xs"
        aria-label={`Type of ${name}`}
        w={98}
        placeholder="any"
        clearable
        disabled={isReadOnly}
        data={TYPES}
        value={type}
        onChange={(next) => change(next ?? undefined)}
      />
      <Checkbox
        size="xs"
        label="required"
        disabled={isReadOnly}
        checked={isRequired}
        onChange={(event) => require(event.currentTarget.checked)}
      />
      <Button
        size="compact-xs"
        variant="default"
        disabled={isReadOnly}
        aria-label={`Delete the property ${name}`}
        onClick={() => rename(undefined)}
      >
        ×
      </Button>
    </Group>
  );
}

/** A contract as a form of its properties, or as its schema. */
export function ContractFields({
  label,
  pointer,
  field,
  schema,
  text,
  edit,
  error,
  isReadOnly,
}: {
  label: string;
  /** The part that has it. */
  pointer: string;
  field: string;
  schema: unknown;
  text: string;
  edit: (next: string, group: string) => void;
  error: string | undefined;
  isReadOnly: boolean;
}) {
  const canForm = hasForm(schema);
  const [view, setView] = useState('Form');
  const at = `${pointer}/${field}`;
  const put = (where: string, name: string, value: unknown) =>
    edit(setField(text, where, name, value), `${at} ${where} ${name}`);
  const properties = canForm && isObject(schema?.properties) ? schema.properties : {};
  const required = canForm && Array.isArray(schema?.required) ? (schema.required as string[]) : [];
  const names = Object.keys(properties);
  const newName = () => {
    let name = 'property';
    for (let n = 2; name in properties; n += 1) name = `property_${n}`;
    return name;
  };
  /** Properties and what is required of them, in one change. */
  const replace = (next: Schema, wanted: string[]) => {
    const isEmpty = Object.keys(next).length === 0 && schema !== undefined;
    const rest = isObject(schema) ? schema : {};
    const made = {
      ...rest,
      type: 'object',
      properties: isEmpty ? undefined : next,
      required: wanted.length > 0 ? wanted : undefined,
    };
    edit(
      setField(text, pointer, field, JSON.parse(JSON.stringify(made))),
      `${at} ${Object.keys(next).join()}`,
    );
  };
  return (
    <Stack gap={4} component="section" aria-label={label}>
      <Group justify="space-between">
        <Text size="xs" fw={600}>
          {label}
        </Text>
        {canForm && (
          <SegmentedControl
            size="xs"
            data={['Form', 'Schema']}
            value={view}
            onChange={setView}
            aria-label={`View of ${label}`}
          />
        )}
      </Group>
      {canForm && view === 'Form' ? (
        <>
          {names.map((name) => (
            <Property
              key={name}
              name={name}
              schema={properties[name]}
              isRequired={required.includes(name)}
              isReadOnly={isReadOnly}
              change={(type) => put(`${at}/properties/${encode(name)}`, 'type', type)}
              rename={(next) =>
                replace(
                  Object.fromEntries(
                    Object.entries(properties).flatMap(([key, value]) =>
                      key !== name ? [[key, value]] : next === undefined ? [] : [[next, value]],
                    ),
                  ),
                  required.flatMap((key) =>
                    key !== name ? [key] : next === undefined ? [] : [next],
                  ),
                )
              }
              require={(isRequired) =>
                put(
                  at,
                  'required',
                  isRequired ? [...required, name] : required.filter((key) => key !== name),
                )
              }
            />
          ))}
          {error && (
            <Text size="xs" c="var(--mantine-color-error)">
              {error}
            </Text>
          )}
          <Group gap={6}>
            <Button
              size="compact-xs"
              variant="default"
              disabled={isReadOnly}
              onClick={() => replace({ ...properties, [newName()]: { type: 'string' } }, required)}
            >
              Add property
            </Button>
          </Group>
        </>
      ) : (
        <ValueField
          label="JSON Schema"
          value={schema}
          change={(value) => put(pointer, field, value)}
          error={error}
          isReadOnly={isReadOnly}
        />
      )}
    </Stack>
  );
}
