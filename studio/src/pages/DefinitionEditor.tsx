import { Alert, Anchor, Button, Group, Stack, Text, Textarea, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { LineCounter, parseDocument, stringify } from 'yaml';
import {
  DefineWorkflowDocument,
  LatestDefinitionDocument,
  ValidateWorkflowDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { pointerParts, positionOf } from '../../../src/definitions/yaml-positions.ts';
import { client } from '../data/client.ts';
import { dropDraft, readDraft, writeDraft } from '../data/drafts.ts';
import { type Fault, faultOf } from '../data/faults.ts';
import { plural } from '../data/format.ts';
import { act } from '../data/live.ts';
import { present } from '../data/present.ts';
import { CopyAs, literal } from '../parts/CopyAs.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { WordDiff } from '../parts/WordDiff.tsx';

/** After this without a key the database is asked what is wrong. */
const PAUSE_MS = 250;
const MAY_NOT = 'Your role or your permission on this workflow does not allow it.';

/** What a new workflow begins with. */
const BLANK = `name: my-workflow
description: What it is for
conversations:
  - name: ask
    type: human
    prompt: Is this the answer?
    branches:
      - when: '[APPROVED]'
        to: publish
  - name: publish
    actor: my_actor
`;

interface Draft {
  text: string;
  /** The version that it was made from; 0: none. */
  version: number;
}

interface Found {
  line: number | undefined;
  code: string;
  message: string;
  hint: string | null | undefined;
}

/** A definition as YAML: the database keeps no order of fields, people begin with the name. */
function write(definition: unknown): string {
  const { name, description, ...rest } = (definition ?? {}) as Record<string, unknown>;
  return stringify({ name, ...(description != null && { description }), ...rest });
}

/** A definition that is typed: its value, what YAML says against it, and where its parts stand. */
function read(text: string) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const faults = document.errors.map(
    (error): Found => ({
      line: counter.linePos(error.pos[0]).line,
      code: 'bad_yaml',
      message: error.message,
      hint: undefined,
    }),
  );
  const lineOf = (pointer: string) => positionOf(document, counter, pointerParts(pointer))?.line;
  return { value: faults.length > 0 ? undefined : document.toJS(), faults, lineOf };
}

/** What is wrong with a text, by the database, of the newest text only. */
function useFaults(text: string): { found: Found[] | undefined; fault: Fault | undefined } {
  const [answer, setAnswer] = useState<{ text: string; found: Found[]; fault?: Fault }>();
  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { value, faults, lineOf } = read(text);
      if (faults.length > 0) return setAnswer({ text, found: faults });
      const done = await act(ValidateWorkflowDocument, { definition: value ?? {} });
      if (!isCurrent) return;
      const found = present(done.data?.validateWorkflow?.result).map(
        (row): Found => ({
          line: lineOf(row.path ?? ''),
          code: row.code ?? '',
          message: row.message ?? '',
          hint: row.hint,
        }),
      );
      setAnswer({ text, found, ...(done.fault && { fault: done.fault }) });
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);
  const own = answer?.text === text ? answer : undefined;
  return { found: own?.found, fault: own?.fault };
}

/** A definition as text. What is typed is kept in the browser; saving makes a version, and overwrites none. */
export default function DefinitionEditor({
  name,
  version,
  definition,
  mayAuthor,
  saved,
}: {
  /** The workflow; undefined: a new one. */
  name?: string;
  version: number;
  definition?: unknown;
  mayAuthor: boolean;
  saved: (workflow: string) => void;
}) {
  const key = `workflow:${name ?? ''}`;
  const original = useMemo(
    () => (definition === undefined ? BLANK : write(definition)),
    [definition],
  );
  const [draft, setDraft] = useState(() => readDraft<Draft>(key));
  const [refused, setRefused] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<{ workflow: string; version: number }>();
  const [other, setOther] = useState<{ text: string; version: number; author: string }>();
  const area = useRef<HTMLTextAreaElement>(null);
  const text = draft?.text ?? original;
  const isChanged = text !== original;
  const { found, fault } = useFaults(text);

  const edit = (next: string) => {
    const value = { text: next, version: draft?.version ?? version };
    setDraft(value);
    setDone(undefined);
    writeDraft(key, value);
  };
  const forget = () => {
    dropDraft(key);
    setDraft(undefined);
    setOther(undefined);
    setRefused(undefined);
  };
  const goTo = (line: number) => {
    const lines = text.split('\n');
    const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
  };

  const define = async () => {
    const made = await act(DefineWorkflowDocument, { definition: read(text).value ?? {} });
    setRefused(made.fault);
    const result = made.data?.defineWorkflow?.result;
    if (!result?.workflow) return;
    forget();
    setDone({ workflow: result.workflow.workflowName, version: result.version });
    saved(result.workflow.workflowName);
  };
  const save = async (isSure: boolean) => {
    if (!mayAuthor) return;
    setBusy(true);
    if (name !== undefined && !isSure) {
      const answer = await client.query(LatestDefinitionDocument, { workflowName: name });
      const latest = answer.data?.workflowByName?.latestVersion;
      if (answer.error) setRefused(faultOf(answer.error));
      else if (latest && latest.version !== (draft?.version ?? version)) {
        setOther({ ...latest, text: write(latest.definition) });
      } else await define();
    } else await define();
    setBusy(false);
  };

  return (
    <Stack gap="xs">
      <Textarea
        ref={area}
        label="Definition (YAML)"
        autosize
        minRows={12}
        maxRows={32}
        spellCheck={false}
        readOnly={!mayAuthor}
        value={text}
        onChange={(event) => edit(event.currentTarget.value)}
        styles={{
          input: { fontFamily: 'var(--mantine-font-family-monospace)', whiteSpace: 'pre' },
        }}
      />
      <FaultNote fault={fault} title="It could not be checked" />
      <Stack gap={4} role="status" aria-live="polite" data-testid="faults">
        <Text size="sm" fw={600}>
          {found === undefined
            ? 'Checking…'
            : found.length === 0
              ? 'No faults found.'
              : plural(found.length, 'fault')}
        </Text>
        {found?.map((row) => (
          <Group key={`${row.code}/${row.line}/${row.message}`} gap="xs" align="baseline">
            {row.line !== undefined && (
              <Button size="compact-xs" variant="default" onClick={() => goTo(row.line as number)}>
                line {row.line}
              </Button>
            )}
            <Text size="sm" className="isolate">
              <b>{row.code.replaceAll('_', ' ')}</b>: {row.message} {row.hint}
            </Text>
          </Group>
        ))}
      </Stack>
      <FaultNote fault={refused} title="That was refused" />
      {other && (
        <Alert
          color="yellow"
          variant="outline"
          role="alert"
          title={`${other.author} saved version ${other.version} meanwhile`}
          styles={{ title: { color: 'var(--amber)' } }}
        >
          <Stack gap="xs">
            <Text size="sm">
              Your draft is of version {draft?.version ?? version}. This is how it differs from
              version {other.version}:
            </Text>
            <WordDiff from={other.text} to={text} />
            <Group gap="xs">
              <Button size="xs" variant="default" onClick={() => save(true)} loading={isBusy}>
                Save mine as the next version
              </Button>
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  forget();
                  saved(name as string);
                }}
              >
                Drop mine
              </Button>
            </Group>
          </Stack>
        </Alert>
      )}
      {done && (
        <Text size="sm" role="status">
          Saved as version {done.version}.{' '}
          <Anchor
            component={Link}
            to="/workflows/$name"
            params={{ name: done.workflow } as never}
            search={{ tab: 'graph' } as never}
            size="sm"
          >
            Look at its graph
          </Anchor>
          , or press Run.
        </Text>
      )}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {draft && isChanged ? 'unsaved changes, kept in this browser' : ''}
        </Text>
        <Group gap="xs">
          <CopyAs
            as={{
              SQL: `select pgwave.define_workflow(${literal(read(text).value ?? {})});`,
              CLI: `pgwave apply ${name ?? 'workflow'}.yaml`,
            }}
          />
          {draft && isChanged && (
            <Button size="xs" variant="default" onClick={forget}>
              Undo all
            </Button>
          )}
          <Tooltip disabled={mayAuthor} label={MAY_NOT}>
            <Button
              size="xs"
              onClick={() => save(false)}
              loading={isBusy}
              disabled={mayAuthor && ((!isChanged && name !== undefined) || found?.length !== 0)}
              data-disabled={mayAuthor ? undefined : true}
              aria-disabled={!mayAuthor}
            >
              Save
            </Button>
          </Tooltip>
        </Group>
      </Group>
    </Stack>
  );
}
