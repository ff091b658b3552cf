import {
  ActionIcon,
  Button,
  Group,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core';
import { X } from 'lucide-react';
import { useState } from 'react';
import {
  ActorPageDocument,
  ActorsDocument,
  type ActorsQuery,
  DefineActorDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { now } from '../data/clock.ts';
import { dropDraft, readDraft, writeDraft } from '../data/drafts.ts';
import type { Fault } from '../data/faults.ts';
import { count, duration, plural } from '../data/format.ts';
import { act, useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { literal, mutation } from '../data/statements.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { parseJson } from '../parts/JsonInput.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Data } from '../parts/Payload.tsx';
import { Time } from '../parts/Time.tsx';

type Actor = NonNullable<NonNullable<ActorsQuery['actors']>['nodes'][number]>;
type Stats = NonNullable<NonNullable<ActorsQuery['actorStats']>['nodes'][number]>;

const MAY_NOT = 'Only its owner, as an author, and administrators may do this.';

/** What an actor calls, in a few words. */
function targetOf({ definition, lane }: Actor): string {
  const { model, command, url } = definition as Record<string, unknown>;
  const said = model ?? url ?? command;
  if (said == null) return lane;
  return Array.isArray(said) ? said.join(' ') : String(said);
}

/** Maximum number at once, and maximum rate. */
function limitsOf({ actorLimit, definition }: Actor): string {
  const { rate } = definition as { rate?: unknown };
  return (
    [
      actorLimit?.maxConcurrent != null && `${count(actorLimit.maxConcurrent)} at once`,
      rate != null && String(rate),
    ]
      .filter(Boolean)
      .join(', ') || 'no limit'
  );
}

/** Whether it takes work now. */
function StateOf({ actor: { enabled, actorLimit } }: { actor: Actor }) {
  const isHeld = actorLimit?.heldUntil != null && Date.parse(actorLimit.heldUntil) > now();
  if (!enabled) return <span className="status tone-skipped">disabled</span>;
  if (actorLimit?.circuitOpenedAt) return <span className="status tone-failed">circuit open</span>;
  if (isHeld) return <span className="status tone-waiting">held</span>;
  return <span className="status tone-completed">ready</span>;
}

/** The definition as an author writes it. */
const written = (actor: Actor): string =>
  JSON.stringify(
    { name: actor.actorName, type: actor.actorType, ...(actor.definition as object) },
    null,
    2,
  );

interface Draft {
  text: string;
  /** The revision that it was made from. */
  revision: number;
}

/** Edits a definition; a change is a new revision. */
function Editor({
  actor,
  mayChange,
  reload,
}: {
  actor: Actor;
  mayChange: boolean;
  reload: () => void;
}) {
  const key = `actor:${actor.actorName}`;
  const original = written(actor);
  const [draft, setDraft] = useState(() => readDraft<Draft>(key));
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const text = draft?.text ?? original;
  const { value, error } = parseJson(text);
  const isChanged = text !== original;
  const forget = () => {
    dropDraft(key);
    setDraft(undefined);
  };
  const save = async () => {
    if (!mayChange) return;
    setBusy(true);
    const done = await act(DefineActorDocument, { definition: value });
    setBusy(false);
    setFault(done.fault);
    if (done.fault) return;
    forget();
    reload();
  };
  return (
    <Stack gap="xs">
      <Textarea
        label="Definition (JSON)"
        autosize
        minRows={4}
        maxRows={18}
        value={text}
        error={error}
        readOnly={!mayChange}
        onChange={(event) => {
          const next = {
            text: event.currentTarget.value,
            revision: draft?.revision ?? actor.revision,
          };
          setDraft(next);
          writeDraft(key, next);
        }}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      {draft && isChanged && draft.revision !== actor.revision && (
        <>
          <Text size="sm" role="alert">
            Your draft is of revision {draft.revision}. Somebody saved revision {actor.revision}{' '}
            meanwhile:
          </Text>
          <Data value={JSON.parse(original)} name="latest-definition" />
        </>
      )}
      <FaultNote fault={fault} title="That was refused" />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {isChanged ? 'unsaved changes, kept in this browser' : ''}
        </Text>
        <Group gap="xs">
          {isChanged && (
            <Button size="xs" variant="default" onClick={forget}>
              Undo all
            </Button>
          )}
          <Tooltip disabled={mayChange} label={MAY_NOT}>
            <Button
              size="xs"
              onClick={save}
              loading={isBusy}
              disabled={mayChange && (!isChanged || error !== undefined)}
              data-disabled={mayChange ? undefined : true}
              aria-disabled={!mayChange}
            >
              Save as revision {actor.revision + 1}
            </Button>
          </Tooltip>
        </Group>
      </Group>
    </Stack>
  );
}

function ActorPanel({
  name,
  stats,
  mayChange,
  close,
  changed,
}: {
  name: string;
  stats: Stats | undefined;
  mayChange: (actor: Actor) => boolean;
  close: () => void;
  changed: () => void;
}) {
  const { data, fault, isLoading, reload } = useAnswer(ActorPageDocument, { actorName: name });
  const actor = data?.actorByName;
  const limit = actor?.actorLimit;
  return (
    <section className="panel" style={{ padding: 14 }} aria-label="Actor" data-testid="actor">
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Title order={2} size="h4" className="cut">
          {name}
        </Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the actor" onClick={close}>
          <X size={18} />
        </ActionIcon>
      </Group>
      <FaultNote fault={fault} />
      {isLoading && <Skeleton height={200} />}
      {!isLoading && !fault && !actor && (
        <Text size="sm">There is no actor {name}, or you may not see it.</Text>
      )}
      {actor && (
        <Stack gap="sm">
          <Group gap="xs">
            <StateOf actor={actor} />
            <Text size="sm">
              {actor.actorType.replace('_', ' ')}, revision {actor.revision}, owned by {actor.owner}
            </Text>
          </Group>
          {limit?.circuitOpenedAt && (
            <Text size="sm">
              Its circuit opened <Time at={limit.circuitOpenedAt} />, after{' '}
              {plural(limit.consecutiveFailures, 'failure')} in a row.
            </Text>
          )}
          {limit?.heldUntil && (
            <Text size="sm" className="isolate">
              Held until <Time at={limit.heldUntil} />: {limit.heldReason}
            </Text>
          )}
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            Limits: {limitsOf(actor)}. Lane <code>{actor.lane}</code>.
          </Text>
          <Text size="sm">
            {stats
              ? `${plural(Number(stats.attempts), 'attempt')}, ${count(stats.failed)} failed, mean ${duration(Number(stats.avgMs))}${stats.mostFrequentError ? `, most often ${stats.mostFrequentError.replaceAll('_', ' ')}` : ''}`
              : 'It has not done anything yet.'}
          </Text>
          <Editor
            key={actor.revision}
            actor={actor}
            mayChange={mayChange(actor)}
            reload={() => {
              reload();
              changed();
            }}
          />
          <div>
            <Title order={3} size="h5">
              Revisions
            </Title>
            <Table fz="sm">
              <Table.Tbody>
                {present(actor.actorRevisions.nodes).map((revision) => (
                  <Table.Tr key={revision.revision}>
                    <Table.Td>{revision.revision}</Table.Td>
                    <Table.Td>{revision.author}</Table.Td>
                    <Table.Td>
                      <Time at={revision.createdAt} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          <Group>
            <CopyAs
              as={{
                SQL: `select * from pgwave.actors where actor_name = ${literal(name)};`,
                GraphQL: `{ actorByName(actorName: ${JSON.stringify(name)}) { definition revision enabled } }`,
              }}
              actions={{
                'Save a revision': {
                  SQL: `select pgwave.define_actor(${literal(JSON.parse(written(actor)))});`,
                  GraphQL: mutation('defineActor', { definition: JSON.parse(written(actor)) }),
                },
              }}
            />
          </Group>
        </Stack>
      )}
    </section>
  );
}

/** Who does the work: models, scripts, services, and people. */
export function ActorsPage() {
  const [url, setUrl] = useUrl();
  const { data, fault, isLoading, reload } = useAnswer(ActorsDocument, {});
  const [kept, keep] = useState<ActorsQuery>();
  if (data && data !== kept) keep(data);
  const shown = data ?? kept;
  const all = present(shown?.actors?.nodes);
  const types = [...new Set(all.map(({ actorType }) => actorType))].sort();
  const text = (url.q ?? '').toLowerCase();
  const actors = all.filter(
    (actor) =>
      (!url.type || actor.actorType === url.type) &&
      `${actor.actorName} ${targetOf(actor)}`.toLowerCase().includes(text),
  );
  const stats = new Map(present(shown?.actorStats?.nodes).map((row) => [row.actorName, row]));
  const role = shown?.callerRole;
  const mayChange = (actor: Actor) =>
    role === 'admin' || (role === 'author' && actor.owner === shown?.currentIdentity);
  return (
    <Stack gap="sm">
      <PageHead title="Actors">
        <CopyAs
          as={{
            SQL: 'select * from pgwave.actors order by actor_name;',
            GraphQL:
              '{ actors(first: 50, orderBy: ACTOR_NAME_ASC) { nodes { actorName actorType enabled revision } } }',
            CLI: 'pgwave actors',
          }}
        />
      </PageHead>
      <Group gap="xs">
        <TextInput
          size="xs"
          placeholder="Name or model"
          aria-label="Name or model"
          data-search
          value={url.q ?? ''}
          onChange={(event) => setUrl({ q: event.currentTarget.value }, { replace: true })}
        />
        <Select
          size="xs"
          w={140}
          aria-label="Type"
          placeholder="Any type"
          clearable
          data={types}
          value={url.type ?? null}
          onChange={(type) => setUrl({ type: type ?? undefined })}
        />
        <Text size="sm" c="dimmed">
          {plural(actors.length, 'actor')}
        </Text>
      </Group>
      <FaultNote fault={fault} />
      {isLoading && !shown ? (
        <Skeleton height={300} />
      ) : actors.length === 0 && !fault ? (
        <Empty title="No actors here" command="pgwave apply actors.yaml">
          Define one by a file:
        </Empty>
      ) : (
        <div className={url.a ? 'split open' : 'split'}>
          <div className="panel" style={{ alignSelf: 'start' }}>
            {actors.map((actor) => {
              const own = stats.get(actor.actorName);
              return (
                <button
                  key={actor.actorId}
                  type="button"
                  className="row actors"
                  data-row
                  aria-current={url.a === actor.actorName}
                  onClick={() => setUrl({ a: actor.actorName })}
                >
                  <b className="cut">{actor.actorName}</b>
                  <span className="cut">{actor.actorType.replace('_', ' ')}</span>
                  <span className="cut wide isolate">{targetOf(actor)}</span>
                  <span className="cut wide wider">{limitsOf(actor)}</span>
                  <span className="cut wide wider">
                    {own && `${count(own.attempts)} done, ${count(own.failed)} failed`}
                  </span>
                  <StateOf actor={actor} />
                </button>
              );
            })}
          </div>
          {url.a && (
            <ActorPanel
              key={url.a}
              name={url.a}
              stats={stats.get(url.a)}
              mayChange={mayChange}
              close={() => setUrl({ a: undefined })}
              changed={reload}
            />
          )}
        </div>
      )}
    </Stack>
  );
}
