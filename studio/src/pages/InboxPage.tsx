import {
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  Skeleton,
  Stack,
  Text,
  Textarea,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import {
  DecideDocument,
  type InboxEntryFragment,
  InboxUpdatedDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { dropDraft, readDraft, writeDraft } from '../data/drafts.ts';
import type { Fault } from '../data/faults.ts';
import { plural } from '../data/format.ts';
import { act, useLive } from '../data/live.ts';
import { present } from '../data/present.ts';
import { literal, mutation, query, type Statements, shell } from '../data/statements.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { JsonInput, parseJson } from '../parts/JsonInput.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Data, LongText } from '../parts/Payload.tsx';
import { Time } from '../parts/Time.tsx';
import { WordDiff } from '../parts/WordDiff.tsx';

// Only plans have a graph.
const PlanGraph = lazy(() => import('./inbox/PlanGraph.tsx'));

interface Draft {
  comment: string;
  data: string;
}

/** A decision with what was typed so far. */
function decisionStatements(id: string, decision: string, { comment }: Draft): Statements {
  return {
    SQL: `select pgwave.decide(${id}, ${literal(decision)}${comment ? `, comment => ${literal(comment)}` : ''});`,
    GraphQL: mutation('decide', { interactionId: id, decision, comment: comment || undefined }),
    CLI: `pgwave approve ${id} --decision ${shell(decision)}${comment ? ` --comment ${shell(comment)}` : ''}`,
  };
}

const print = (value: unknown): string => (value == null ? '' : JSON.stringify(value, null, 2));

/** One decision: what it is about, what is proposed, and the buttons. */
function Decision({ entry }: { entry: InboxEntryFragment }) {
  const id = entry.interactionId as string;
  const key = `decide:${id}`;
  const original = print(entry.data);
  const [draft, setDraft] = useState<Draft>(
    () => readDraft<Draft>(key) ?? { comment: '', data: original },
  );
  const [isEditing, setEditing] = useState(draft.data !== original || entry.form != null);
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<Fault>();
  const edit = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    writeDraft(key, next);
  };
  const decide = async (decision: string) => {
    const { value, error } = parseJson(draft.data);
    if (error) {
      setFault({
        code: undefined,
        message: `The data is not JSON: ${error}`,
        detail: undefined,
        hint: undefined,
      });
      return;
    }
    setBusy(decision);
    const done = await act(DecideDocument, {
      interactionId: id,
      decision,
      ...(draft.data !== original && { data: value }),
      ...(draft.comment !== '' && { comment: draft.comment }),
    });
    setBusy(undefined);
    setFault(done.fault);
    if (done.fault) return;
    dropDraft(key);
    notifications.show({
      message: `${entry.conversationName} of run ${entry.workflowRunId}: ${decision}`,
    });
  };
  const isChanged = draft.data !== original;
  return (
    <Stack gap="sm">
      {entry.prompt && <LongText text={entry.prompt} name={`question-${id}`} />}
      <Suspense>
        {entry.workflowName === 'planner' && <PlanGraph data={parseJson(draft.data).value} />}
      </Suspense>
      {entry.data != null && !isEditing && (
        <div>
          <Text fw={600} size="sm">
            What is proposed
          </Text>
          <Data value={entry.data} name={`proposed-${id}`} />
          <Button size="compact-sm" variant="default" mt={6} onClick={() => setEditing(true)}>
            Edit
          </Button>
        </div>
      )}
      {isEditing && (
        <JsonInput
          schema={entry.form as Record<string, unknown> | null}
          text={draft.data}
          change={(data) => edit({ data })}
          label="Data of the decision (JSON)"
        />
      )}
      {isChanged && original !== '' && (
        <div>
          <Text fw={600} size="sm">
            What you changed
          </Text>
          <WordDiff from={original} to={draft.data} />
        </div>
      )}
      <Textarea
        label="Comment"
        description="Kept with the decision."
        autosize
        minRows={2}
        value={draft.comment}
        onChange={(event) => edit({ comment: event.currentTarget.value })}
      />
      <FaultNote fault={fault} title="That was refused" />
      <Group gap="xs">
        {present(entry.choices).map((choice, index) => (
          <Button
            key={choice}
            variant={index === 0 ? 'filled' : 'default'}
            loading={busy === choice}
            disabled={busy !== undefined}
            onClick={() => decide(choice)}
          >
            {choice.charAt(0) + choice.slice(1).toLowerCase().replaceAll('_', ' ')}
          </Button>
        ))}
        {(isChanged || draft.comment !== '') && (
          <Text size="sm" c="dimmed">
            not sent yet, kept in this browser
          </Text>
        )}
        <CopyAs
          as={{
            SQL: `select * from pgwave.inbox where interaction_id = ${id};`,
            GraphQL: query(
              'inboxes',
              { filter: { interactionId: { equalTo: id } } },
              '{ nodes { prompt data choices assignees dueAt } }',
            ),
            CLI: 'pgwave inbox',
          }}
          actions={Object.fromEntries(
            present(entry.choices).map((choice) => [choice, decisionStatements(id, choice, draft)]),
          )}
        />
      </Group>
    </Stack>
  );
}

/** Decides several at once, of those that have no form. */
function Several({ entries, clear }: { entries: InboxEntryFragment[]; clear: () => void }) {
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<Fault>();
  const choices = present(entries[0]?.choices).filter((choice) =>
    entries.every((entry) => present(entry.choices).includes(choice)),
  );
  const decide = async (decision: string) => {
    setBusy(decision);
    setFault(undefined);
    for (const { interactionId } of entries) {
      const done = await act(DecideDocument, { interactionId: interactionId as string, decision });
      if (done.fault) {
        setFault(done.fault);
        break;
      }
    }
    setBusy(undefined);
    clear();
  };
  return (
    <>
      {entries.length > 0 && (
        <Group gap="xs" role="status">
          <Text size="sm">{plural(entries.length, 'decision')} selected</Text>
          {choices.map((choice) => (
            <Button
              key={choice}
              size="compact-sm"
              variant="default"
              loading={busy === choice}
              onClick={() => decide(choice)}
            >
              {choice.charAt(0) + choice.slice(1).toLowerCase()}
            </Button>
          ))}
        </Group>
      )}
      <FaultNote fault={fault} title="The others were not decided" />
    </>
  );
}

/** What waits for a person. */
export function InboxPage() {
  const [url, setUrl] = useUrl();
  const [entries, setEntries] = useState<InboxEntryFragment[]>();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const fault = useLive(InboxUpdatedDocument, {}, ({ inboxUpdated }) =>
    setEntries(present(inboxUpdated?.entries)),
  );
  const chosen = entries?.find(({ interactionId }) => interactionId === url.i);
  const several = entries?.filter((e) => selected.has(e.interactionId as string)) ?? [];
  if (!entries && !fault) return <Skeleton height={300} />;
  return (
    <Stack gap="sm">
      <PageHead title="Inbox">
        <CopyAs
          as={{
            SQL: 'select * from pgwave.inbox order by waiting_since;',
            GraphQL:
              '{ inboxes(first: 50) { nodes { interactionId workflowName conversationName prompt choices waitingSince dueAt } } }',
            CLI: 'pgwave inbox',
          }}
        />
      </PageHead>
      <FaultNote fault={fault} />
      {entries?.length === 0 && (
        <Empty title="Nothing waits for a decision">
          Steps of the type human appear here when a run reaches them.
        </Empty>
      )}
      <Several entries={several} clear={() => setSelected(new Set())} />
      <div className={chosen ? 'split open' : 'split'}>
        {entries && entries.length > 0 && (
          <div className="panel" style={{ alignSelf: 'start' }}>
            {entries.map((entry) => {
              const id = entry.interactionId as string;
              return (
                <div key={id} className="run-line">
                  <Checkbox
                    size="xs"
                    aria-label={`Select decision ${id}`}
                    disabled={entry.form != null}
                    checked={selected.has(id)}
                    onChange={(event) => {
                      const next = new Set(selected);
                      if (event.currentTarget.checked) next.add(id);
                      else next.delete(id);
                      setSelected(next);
                    }}
                  />
                  <button
                    type="button"
                    className="row inbox"
                    data-row
                    aria-current={url.i === id}
                    onClick={() => setUrl({ i: id })}
                  >
                    <span className="cut">
                      <b>{entry.conversationName}</b> {entry.workflowName}
                    </span>
                    <span className="cut wide isolate">{entry.prompt}</span>
                    <span className="nowrap">
                      <Time at={entry.waitingSince} />
                    </span>
                  </button>
                </div>
              );
            })}
          </div>
        )}
        {chosen && (
          <section
            className="panel"
            style={{ padding: 14 }}
            aria-label="Decision"
            data-testid="decision"
          >
            <Title order={2} size="h4">
              {chosen.conversationName}
            </Title>
            <Group gap="xs" mb="sm">
              <Anchor
                component={Link}
                to="/runs/$run"
                params={{ run: chosen.workflowRunId } as never}
                search={{ i: chosen.interactionId } as never}
                size="sm"
              >
                run {chosen.workflowRunId}
              </Anchor>
              <Text size="sm">
                of {chosen.workflowName}, started by {chosen.operator}
              </Text>
              {chosen.assignees && (
                <Text size="sm">for {present(chosen.assignees).join(', ')}</Text>
              )}
              {chosen.fourEyes && <Badge variant="default">four eyes</Badge>}
              {chosen.dueAt && (
                <Text size="sm">
                  due <Time at={chosen.dueAt} />, then {chosen.dueThen}
                </Text>
              )}
            </Group>
            <Decision key={chosen.interactionId} entry={chosen} />
          </section>
        )}
      </div>
    </Stack>
  );
}
