import {
  Button,
  Checkbox,
  Group,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { X } from 'lucide-react';
import { useState } from 'react';
import {
  CancelRunsDocument,
  type CancelRunsMutation,
  PauseRunsDocument,
  ResumeRunsDocument,
  RetryRunsDocument,
  type RunLineFragment,
  RunsByAttemptDocument,
  RunsUpdatedDocument,
  type RunsUpdatedSubscription,
  SearchRunsDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { readDraft, writeDraft } from '../data/drafts.ts';
import type { Fault } from '../data/faults.ts';
import { count, exactTime, plural, useZone } from '../data/format.ts';
import { act, useAnswer, useLive } from '../data/live.ts';
import { present } from '../data/present.ts';
import { readInterval, useUrl } from '../data/url.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RunHead, RunRow } from '../parts/RunRow.tsx';
import { Status } from '../parts/Status.tsx';

const STATUSES = ['pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'];
const QUICK: { label: string; search: Record<string, string | undefined> }[] = [
  { label: 'All', search: {} },
  { label: 'In flight', search: { status: 'pending,running,waiting,paused' } },
  { label: 'Failed today', search: { status: 'failed', since: 'today' } },
  { label: 'Waiting', search: { status: 'waiting' } },
];
const PAGE = 50;
const MOST = 500;
/** A count stops here. */
const MOST_COUNTED = 10_000;

type Url = Record<string, string | undefined>;

const SAVED = 'runs-views';

const takeFocus = (input: HTMLInputElement | null) => input?.focus();

/** Filters that somebody named: kept in this browser. */
function SavedViews() {
  const [url, setUrl] = useUrl();
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

/** A start of a range as a time: `today`, hours (`24h`), or a time. */
function startOf(since: string): string {
  if (since === 'today') return new Date(new Date().setHours(0, 0, 0, 0)).toISOString();
  const hours = /^(\d{1,5})h$/.exec(since)?.[1];
  // To the minute, so that the same page asks the same.
  if (hours) {
    return new Date(
      Math.floor(Date.now() / 60_000) * 60_000 - Number(hours) * 3_600_000,
    ).toISOString();
  }
  return since;
}

/** What the input of a run must contain, if that is what was typed: JSON. */
function inputOf(text: string | undefined): object | undefined {
  if (!text?.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function filterOf(url: Url) {
  const { status, workflow, environment, by, parent, since, started, ended, code } = url;
  const input = inputOf(url.q);
  const within = (range: [string, string]) => ({
    greaterThanOrEqualTo: range[0],
    lessThan: range[1],
  });
  const [start, end] = [readInterval(started), readInterval(ended)];
  const filter = {
    ...(status && { status: { in: status.split(',') } }),
    ...(workflow && { workflow: { workflowName: { equalTo: workflow } } }),
    ...(environment && { environment: { equalTo: environment } }),
    ...(by && { operator: { equalTo: by } }),
    ...(parent && { parentWorkflowRunId: { equalTo: parent } }),
    ...(since && { createdAt: { greaterThanOrEqualTo: startOf(since) } }),
    ...(start && { createdAt: within(start) }),
    ...(end && { finishedAt: within(end) }),
    ...(code && { errorCode: { equalTo: code } }),
    ...(input && { input: { contains: input } }),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
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

function Filters() {
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
function Given() {
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

type Outcome = NonNullable<
  NonNullable<NonNullable<CancelRunsMutation['cancelWorkflowRuns']>['result']>[number]
>;

const ACTIONS = {
  Cancel: CancelRunsDocument,
  Pause: PauseRunsDocument,
  Resume: ResumeRunsDocument,
  Retry: RetryRunsDocument,
} as const;

/** What is done to all that are selected: the number first, the outcome of each after. */
function SetActions({ ids, clear }: { ids: string[]; clear: () => void }) {
  const [asked, ask] = useState<keyof typeof ACTIONS>();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const confirm = async () => {
    if (asked === undefined) return;
    setBusy(true);
    const done = await act(ACTIONS[asked] as typeof CancelRunsDocument, { workflowRunIds: ids });
    setBusy(false);
    ask(undefined);
    setFault(done.fault);
    const [payload] = Object.values(done.data ?? {}) as [CancelRunsMutation['cancelWorkflowRuns']];
    setOutcomes(present(payload?.result));
    clear();
  };
  return (
    <>
      {ids.length > 0 && (
        <Group gap="xs" role="status">
          <Text size="sm">{plural(ids.length, 'run')} selected</Text>
          {(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]).map((name) => (
            <Button key={name} size="compact-sm" variant="default" onClick={() => ask(name)}>
              {name}
            </Button>
          ))}
        </Group>
      )}
      <FaultNote fault={fault} title="That was refused" />
      {outcomes.length > 0 && (
        <div className="panel" style={{ padding: 8 }} role="status">
          <Group justify="space-between">
            <Text size="sm" fw={600}>
              {outcomes.filter(({ code }) => code === null).length} done,{' '}
              {outcomes.filter(({ code }) => code !== null).length} refused
            </Text>
            <Button size="compact-xs" variant="default" onClick={() => setOutcomes([])}>
              Close
            </Button>
          </Group>
          <Table fz="sm">
            <Table.Tbody>
              {outcomes.map((outcome) => (
                <Table.Tr key={outcome.workflowRunId}>
                  <Table.Td>{outcome.workflowRunId}</Table.Td>
                  <Table.Td>
                    {outcome.status && <Status status={outcome.status} />}
                    {outcome.code && `${outcome.code}: ${outcome.message}`}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      <Confirm
        title={asked && `${asked} ${plural(ids.length, 'run')}?`}
        action={`${asked} ${plural(ids.length, 'run')}`}
        isBusy={isBusy}
        confirm={confirm}
        close={() => ask(undefined)}
      >
        {ids.slice(0, 30).join(', ')}
        {ids.length > 30 && ' …'}
      </Confirm>
    </>
  );
}

function RunTable({ runs }: { runs: readonly RunLineFragment[] }) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const ids = runs.map(({ workflowRunId }) => workflowRunId).filter((id) => selected.has(id));
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  return (
    <Stack gap="xs">
      <Group gap="xs" mih={26}>
        <Checkbox
          size="xs"
          label={`Select all ${runs.length} shown`}
          checked={ids.length > 0 && ids.length === runs.length}
          indeterminate={ids.length > 0 && ids.length < runs.length}
          onChange={(event) =>
            setSelected(
              new Set(event.currentTarget.checked ? runs.map((run) => run.workflowRunId) : []),
            )
          }
        />
      </Group>
      <SetActions ids={ids} clear={() => setSelected(new Set())} />
      <div className="panel scroll">
        <RunHead selectable />
        {runs.map((run) => (
          <RunRow
            key={run.workflowRunId}
            run={run}
            lead={
              <Checkbox
                size="xs"
                aria-label={`Select run ${run.workflowRunId}`}
                checked={selected.has(run.workflowRunId)}
                onChange={(event) => select(run.workflowRunId, event.currentTarget.checked)}
              />
            }
          />
        ))}
      </div>
    </Stack>
  );
}

function Found({ text, before }: { text: string; before: string | undefined }) {
  const [, setUrl] = useUrl();
  const { data, fault, isLoading } = useAnswer(SearchRunsDocument, {
    text,
    ...(before && /^\d{1,18}$/.test(before) && { before }),
  });
  const runs = present(data?.searchRuns?.nodes);
  const end = data?.searchedBackTo;
  if (isLoading) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      {runs.length === 0 && !fault ? (
        <Empty title={`No run has “${text}”`}>
          Numbers, task keys, and words in the input, output, and error are found. To find runs by
          their input, enter JSON: {'{"company": "Acme"}'}.
        </Empty>
      ) : (
        <RunTable runs={runs} />
      )}
      {end != null && (
        <Group gap="xs">
          <Text size="sm">Words were looked for back to run {end}.</Text>
          <Button size="compact-xs" variant="default" onClick={() => setUrl({ before: end })}>
            Search older runs
          </Button>
        </Group>
      )}
    </>
  );
}

/** Runs by what their attempts were: read once, since statistics count them at a time. */
function Tried({ url }: { url: Url }) {
  const [first, setFirst] = useState(PAGE);
  const [from, until] = readInterval(url.tried) ?? [];
  const { actor, model, failure } = url;
  const { data, fault, isLoading, reload } = useAnswer(RunsByAttemptDocument, {
    first,
    ...(from && { from, until }),
    ...(actor && { actor }),
    ...(model && { model }),
    ...(failure && { code: failure }),
  });
  const page = data?.runsByAttempt;
  const runs = present(page?.nodes);
  if (isLoading) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      {page && (
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {plural(page.totalCount, 'run')}
            {page.totalCount >= MOST_COUNTED && ' or more'}
          </Text>
          <Button size="compact-xs" variant="default" onClick={reload}>
            Read again
          </Button>
        </Group>
      )}
      {runs.length === 0 && !fault ? (
        <Empty title="No runs here">No run has such an attempt in this time.</Empty>
      ) : (
        <RunTable runs={runs} />
      )}
      {page?.pageInfo.hasNextPage && first < MOST && (
        <Button variant="default" onClick={() => setFirst(Math.min(MOST, first + 2 * PAGE))}>
          Show more
        </Button>
      )}
    </>
  );
}

type Page = NonNullable<
  NonNullable<RunsUpdatedSubscription['runsUpdated']>['query']['workflowRuns']
>;

function LiveRuns({ url }: { url: Url }) {
  const [first, setFirst] = useState(PAGE);
  const [page, setPage] = useState<Page>();
  const fault = useLive(
    RunsUpdatedDocument,
    {
      first,
      filter: filterOf(url) as never,
      // The latest ends first: by the index that finds them.
      ...(url.ended && { orderBy: ['FINISHED_AT_DESC' as const] }),
    },
    ({ runsUpdated }) => setPage(runsUpdated?.query.workflowRuns ?? undefined),
  );
  const runs = present(page?.nodes);
  if (!page && !fault) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      {page && (
        <Text size="sm" c="dimmed" aria-live="polite">
          {plural(page.totalCount, 'run')}
          {page.totalCount >= MOST_COUNTED && ' or more'}
        </Text>
      )}
      {page && runs.length === 0 ? (
        <Empty title="No runs here" command="pgwave run <workflow>">
          No run matches. Start one from a workflow’s page, or by a command:
        </Empty>
      ) : (
        <RunTable runs={runs} />
      )}
      {page?.pageInfo.hasNextPage && first < MOST && (
        <Button variant="default" onClick={() => setFirst(Math.min(MOST, first + 2 * PAGE))}>
          Show more
        </Button>
      )}
      {first >= MOST && page?.pageInfo.hasNextPage && (
        <Text size="sm">
          The latest {count(MOST)} are shown. Narrow the filters to see older ones.
        </Text>
      )}
    </>
  );
}

/** All runs, live, by what the URL says. */
export function RunsPage() {
  const [url] = useUrl();
  const { status, workflow } = url;
  const ended = readInterval(url.ended);
  const where = [
    status &&
      `status in (${status
        .split(',')
        .map((s) => `'${s}'`)
        .join(', ')})`,
    workflow && `workflow_name = '${workflow.replaceAll("'", "''")}'`,
    ended && `finished_at >= '${ended[0]}' and finished_at < '${ended[1]}'`,
    inputOf(url.q) &&
      `workflow_run_id in (select workflow_run_id from pgwave.workflow_runs where input @> '${url.q?.replaceAll("'", "''")}')`,
  ].filter(Boolean);
  return (
    <Stack gap="sm">
      <PageHead title="Runs">
        <CopyAs
          as={{
            SQL: `select * from pgwave.run_summary${where.length > 0 ? ` where ${where.join(' and ')}` : ''} order by workflow_run_id desc limit 50;`,
            CLI: 'pgwave runs',
          }}
        />
      </PageHead>
      <Filters />
      <Given />
      {url.q && !inputOf(url.q) ? (
        <Found key={`${url.q}/${url.before}`} text={url.q} before={url.before} />
      ) : url.actor || url.model || url.failure ? (
        <Tried key={JSON.stringify(url)} url={url} />
      ) : (
        <LiveRuns key={JSON.stringify(url)} url={url} />
      )}
    </Stack>
  );
}
