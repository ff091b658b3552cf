import {
  Anchor,
  Breadcrumbs,
  Button,
  Checkbox,
  Group,
  Progress,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedCallback, useMediaQuery } from '@mantine/hooks';
import { Link, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  InteractionsUpdatedDocument,
  RunPageDocument,
  type RunPageQuery,
  RunUpdatedDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { connection } from '../../data/connection.ts';
import type { Fault } from '../../data/faults.ts';
import { cost, count, plural } from '../../data/format.ts';
import { useAnswer, useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { useStore } from '../../data/store.ts';
import { useUrl } from '../../data/url.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { Graph } from '../../parts/graph/Graph.tsx';
import type { NodeState, RunState, VersionGraph } from '../../parts/graph/model.ts';
import { Data } from '../../parts/Payload.tsx';
import { isFinished, Status } from '../../parts/Status.tsx';
import { Time, Took } from '../../parts/Time.tsx';
import { ConversationPanel } from './ConversationPanel.tsx';
import { InteractionPanel } from './InteractionPanel.tsx';
import { LineList } from './LineList.tsx';
import { RunActions } from './RunActions.tsx';
import { createRunStore, type Line, type RunStore } from './run-store.ts';

// What only some look at is read when they do.
const ForkDialog = lazy(() => import('./ForkDialog.tsx'));
const Notebook = lazy(() => import('./Notebook.tsx'));
const Waterfall = lazy(() => import('./Waterfall.tsx'));

type Run = NonNullable<RunPageQuery['workflowRun']>;
type Rows = readonly NonNullable<NonNullable<Run['conversations']>['nodes'][number]>[];

/** Without a live connection the steps are read all the same. */
const PATIENCE_MS = 1500;

/** What a node says besides its status: items, passes, the tag, or the error. */
function noteOf(rows: Rows): string {
  const last = rows.at(-1);
  const items = rows.reduce((sum, row) => sum + (row.items ?? 0), 0);
  const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
  if (items > 0) {
    const done = rows.reduce((sum, row) => sum + (row.completed ?? 0), 0);
    return `${failed > 0 ? `${count(failed)} failed, ` : ''}${count(done)} of ${count(items)}`;
  }
  if (last?.errorCode) return last.errorCode.replaceAll('_', ' ');
  const pass = (last?.iteration ?? 0) > 0 ? `pass ${(last?.iteration ?? 0) + 1}` : '';
  return [pass, last?.tag && `[${last.tag}]`].filter(Boolean).join(' ');
}

/** The rows of a run's conversations as states of the graph's nodes and branches. */
function stateOf(rows: Rows): RunState {
  const byNode = new Map<number, Rows[number][]>();
  const taken = new Map<number, number>();
  for (const row of rows) {
    const id = Number(row.conversationId);
    byNode.set(id, [...(byNode.get(id) ?? []), row]);
    for (const branch of (row.branchesTaken ?? []) as number[]) {
      taken.set(branch, (taken.get(branch) ?? 0) + 1);
    }
  }
  const nodes = new Map<number, NodeState>();
  for (const [id, own] of byNode) {
    const last = own.at(-1);
    const works = own.find((row) => (row.running ?? 0) > 0);
    nodes.set(id, { status: works ? 'running' : (last?.status ?? 'pending'), note: noteOf(own) });
  }
  return { nodes, taken };
}

/** What is hidden unless all is shown: the start of the run and its measurements. */
const OF_THE_SYSTEM: Line['kind'][] = ['measurement', 'orchestrator'];

/** A store of lines, kept right: read after each new connection, then changed by what is told. */
function useRunStore(
  run: string,
  url: Record<string, string | undefined>,
  chosen: string | undefined,
) {
  const { status, q, all } = url;
  const store = useMemo<RunStore>(() => {
    const filter = {
      ...(all === 'yes' ? {} : { kind: { notIn: OF_THE_SYSTEM } }),
      ...(chosen === undefined ? {} : { conversationId: { equalTo: chosen } }),
      ...(status
        ? { status: { equalTo: status } }
        : all
          ? {}
          : { status: { notEqualTo: 'skipped' } }),
      ...(q ? { preview: { includesInsensitive: q } } : {}),
    };
    const accepts = (line: Line): boolean => {
      const id = line.conversation?.conversationId;
      if (chosen !== undefined && id !== chosen) return false;
      if (all !== 'yes' && OF_THE_SYSTEM.includes(line.kind)) return false;
      if (status ? line.status !== status : !all && line.status === 'skipped') return false;
      return !q || (line.preview ?? '').toLowerCase().includes(q.toLowerCase());
    };
    return createRunStore(run, filter as never, accepts);
  }, [run, status, q, all, chosen]);
  return store;
}

function Lineage({ run }: { run: Run }) {
  const links: [string, string][] = [
    ...(run.parentRun ? [['part of', run.parentRun.workflowRunId] as [string, string]] : []),
    ...(run.forkedFrom ? [['forked from', run.forkedFrom.workflowRunId] as [string, string]] : []),
    ...(run.compensates
      ? [['compensates', run.compensates.workflowRunId] as [string, string]]
      : []),
    ...present(run.compensations.nodes).map((by): [string, string] => [
      'compensated by',
      by.workflowRunId,
    ]),
    ...present(run.forks.nodes).map((fork): [string, string] => ['forked as', fork.workflowRunId]),
  ];
  const children = run.childRuns.totalCount;
  return (
    <>
      {links.map(([word, id]) => (
        <Text key={word + id} size="sm">
          {word}{' '}
          <Anchor component={Link} to="/runs/$run" params={{ run: id } as never}>
            run {id}
          </Anchor>
        </Text>
      ))}
      {run.batchProgress && (
        <Anchor
          component={Link}
          to="/batches/$run"
          params={{ run: run.workflowRunId } as never}
          size="sm"
        >
          a batch of {plural(run.batchProgress.tasks ?? 0, 'task')}
        </Anchor>
      )}
      {children > 0 && (
        <Anchor
          component={Link}
          to="/runs"
          search={{ parent: run.workflowRunId } as never}
          size="sm"
        >
          {plural(children, 'child run')}
        </Anchor>
      )}
    </>
  );
}

function Header({ run, fail }: { run: Run; fail: (fault: Fault | undefined) => void }) {
  const name = run.workflow?.workflowName ?? '';
  const isOpen = !isFinished(run.status);
  const limits = (run.limits ?? {}) as Record<string, unknown>;
  const left =
    limits.max_interactions == null ? '' : ` of at most ${count(Number(limits.max_interactions))}`;
  return (
    <Stack gap={6}>
      <Breadcrumbs>
        <Anchor component={Link} to="/runs" size="sm">
          Runs
        </Anchor>
        <Anchor
          component={Link}
          to="/workflows/$name"
          params={{ name } as never}
          size="sm"
          className="cut"
          maw="min(70vw, 600px)"
          display="block"
        >
          {name}
        </Anchor>
      </Breadcrumbs>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <Title order={1} size="h2">
            Run {run.workflowRunId}
          </Title>
          <span aria-live="polite" data-testid="run-status">
            <Status status={run.status} />
          </span>
        </Group>
        <RunActions run={run} fail={fail} />
      </Group>
      <Group gap="md" style={{ rowGap: 2 }}>
        <Text size="sm">
          <Took from={run.createdAt} to={run.finishedAt} ms={isOpen ? null : run.durationMs} />,
          started <Time at={run.createdAt} /> by {run.operator}
        </Text>
        <Text size="sm">
          {left === ''
            ? plural(run.interactionsCreated, 'step')
            : `${count(run.interactionsCreated)}${left} steps`}
          , {count(run.interactionsOpen)} open
          {run.interactionsFailed > 0 && `, ${count(run.interactionsFailed)} failed`}
        </Text>
        <Text size="sm">
          {count(Number(run.promptTokens) + Number(run.completionTokens))} tokens, cost{' '}
          {cost(run.totalCost ?? run.cost)}
        </Text>
        <Text size="sm">
          {run.environment}, version {run.workflowVersion?.version},{' '}
          {run.triggeredBy?.replaceAll('_', ' ')}
        </Text>
        <Lineage run={run} />
      </Group>
      {isOpen && (
        <Progress
          value={100 * (run.progress ?? 0)}
          size="sm"
          aria-label="Part of the steps that ended"
        />
      )}
    </Stack>
  );
}

const TABS = [
  { value: 'graph', label: 'Graph' },
  { value: 'list', label: 'List' },
  { value: 'waterfall', label: 'Waterfall' },
  { value: 'data', label: 'Data' },
  { value: 'notebook', label: 'Notebook' },
];

const STATUSES = ['pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'];

function Filters() {
  const [url, setUrl] = useUrl();
  const [text, setText] = useState(url.q ?? '');
  const put = useDebouncedCallback((q: string) => setUrl({ q }, { replace: true }), 300);
  return (
    <Group gap="xs" mb="xs">
      <TextInput
        size="xs"
        placeholder="Find in the outputs"
        aria-label="Find in the outputs"
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

/** Where it failed and why, before anything else. */
function Failure({ run, open }: { run: Run; open: (id: string) => void }) {
  if (run.error == null || run.status !== 'failed') return null;
  const first = present(run.conversations?.nodes).find(
    (row) => (row.failed ?? 0) > 0 && row.firstFailedId,
  );
  return (
    <Stack gap={4} data-testid="failure">
      <FaultNote
        fault={readError(run.error)}
        title={first ? `Failed at ${first.conversationName}` : 'The run failed'}
      />
      {first?.firstFailedId && (
        <div>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => open(first.firstFailedId as string)}
          >
            Open the failed step
          </Button>
        </div>
      )}
    </Stack>
  );
}

export function RunPage() {
  const { run: workflowRunId } = useParams({ strict: false }) as { run: string };
  return <RunView key={workflowRunId} workflowRunId={workflowRunId} />;
}

function RunView({ workflowRunId }: { workflowRunId: string }) {
  const [url, setUrl] = useUrl();
  const isNarrow = useMediaQuery('(max-width: 760px)', undefined, {
    getInitialValueInEffect: false,
  });
  const { data, fault, isLoading } = useAnswer(RunPageDocument, { workflowRunId });
  const [told, setTold] = useState<Partial<Run>>();
  const [actionFault, setActionFault] = useState<Fault>();
  const [forkAt, setForkAt] = useState<string>();
  const run: Run | undefined = data?.workflowRun ? { ...data.workflowRun, ...told } : undefined;

  const liveFault = useLive(RunUpdatedDocument, { workflowRunId }, ({ workflowRunUpdated }) => {
    if (workflowRunUpdated) setTold(workflowRunUpdated as Partial<Run>);
  });

  const graph = data?.workflowRun?.graph as VersionGraph | undefined;
  const conversations = run?.conversations;
  const rows = useMemo<Rows>(() => present(conversations?.nodes), [conversations]);
  const state = useMemo(() => stateOf(rows), [rows]);
  const chosenConversation = graph?.conversations.find(({ name }) => name === url.c);
  const chosenId = chosenConversation && String(chosenConversation.conversation_id);

  const store = useRunStore(workflowRunId, url, chosenId);
  const lines = useStore(store.store);
  const { epoch } = useStore(connection);
  const readAt = useRef<{ store: RunStore; epoch: number }>(undefined);
  useLive(InteractionsUpdatedDocument, { workflowRunId }, ({ interactionUpdated }) => {
    const now = connection.get().epoch;
    if (readAt.current?.store !== store || readAt.current.epoch !== now) {
      readAt.current = { store, epoch: now };
      void store.restart();
    }
    store.apply(interactionUpdated?.interactions ?? []);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a store that nobody told of anything is read all the same
  useEffect(() => {
    const read = () => {
      if (readAt.current?.store === store) return;
      readAt.current = { store, epoch: connection.get().epoch };
      void store.restart();
    };
    // At first the live connection says when; another filter is read at once.
    const timer = setTimeout(read, readAt.current === undefined ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [store, epoch]);

  const tab = url.tab ?? (isNarrow ? 'list' : 'graph');
  const open = useCallback((i: string) => setUrl({ i }), [setUrl]);
  const chooseNode = useCallback(
    (name: string) => {
      const node = graph?.conversations.find((conversation) => conversation.name === name);
      const own = rows.filter((row) => Number(row.conversationId) === node?.conversation_id);
      const [only] = own;
      if (own.length === 1 && (only?.items ?? 0) === 0 && only?.interactionId) {
        setUrl({ c: undefined, i: only.interactionId });
      } else if (own.length > 0) setUrl({ c: name, i: undefined });
    },
    [graph, rows, setUrl],
  );

  if (fault) return <FaultNote fault={fault} />;
  if (isLoading && !run) return <Skeleton height={400} />;
  if (!run) {
    return (
      <Empty title={`There is no run ${workflowRunId}`} command="pgwave runs">
        It does not exist, or you may not see it.
      </Empty>
    );
  }
  const line = lines.lines.find(({ interactionId }) => interactionId === url.i);
  const shownNode =
    url.c ??
    rows.find((row) => row.interactionId === url.i)?.conversationName ??
    line?.conversation?.conversationName;
  const isSplit = url.i !== undefined || chosenConversation !== undefined;
  return (
    <Stack gap="sm">
      <Header run={run} fail={setActionFault} />
      <FaultNote fault={actionFault} title="That was refused" />
      <FaultNote fault={liveFault} title="This run is not followed live" />
      <Failure run={run} open={open} />
      <SegmentedControl
        data={TABS}
        value={tab}
        onChange={(value) => setUrl({ tab: value })}
        size="xs"
        aria-label="View"
        style={{ alignSelf: 'flex-start', maxWidth: '100%', overflowX: 'auto' }}
      />
      <div className={isSplit ? 'split open' : 'split'}>
        <div>
          {tab === 'graph' && graph && (
            <Graph
              graph={graph}
              state={state}
              chosen={shownNode ?? undefined}
              choose={chooseNode}
            />
          )}
          {(tab === 'list' || tab === 'waterfall') && <Filters />}
          <FaultNote fault={lines.fault} />
          {tab === 'list' && (
            <LineList lines={lines} chosen={url.i} choose={open} loadMore={store.loadMore} />
          )}
          {tab === 'waterfall' && (
            <Suspense fallback={<Skeleton height={240} />}>
              <Waterfall lines={lines} chosen={url.i} choose={open} loadMore={store.loadMore} />
            </Suspense>
          )}
          {tab === 'data' && (
            <Stack className="panel" p="md" gap="xs">
              <Title order={2} size="h5">
                Input
              </Title>
              <Data value={run.input} name={`input-${workflowRunId}`} />
              <Title order={2} size="h5">
                Result
              </Title>
              {run.output == null ? (
                <Text size="sm">There is no result yet.</Text>
              ) : (
                <Data value={run.output} name={`result-${workflowRunId}`} />
              )}
              {run.overrides != null && (
                <>
                  <Title order={2} size="h5">
                    What the fork changed
                  </Title>
                  <Data value={run.overrides} name={`overrides-${workflowRunId}`} />
                </>
              )}
            </Stack>
          )}
          {tab === 'notebook' && (
            <Suspense fallback={<Skeleton height={240} />}>
              <Notebook key={run.status} workflowRunId={workflowRunId} />
            </Suspense>
          )}
        </div>
        {url.i !== undefined ? (
          <InteractionPanel
            key={url.i}
            interactionId={url.i}
            eventSeq={line?.eventSeq ?? undefined}
            close={() => setUrl({ i: undefined })}
            fork={setForkAt}
          />
        ) : (
          chosenConversation && (
            <ConversationPanel
              name={chosenConversation.name}
              rows={rows.filter((row) => row.conversationId === chosenId)}
              store={store}
              choose={open}
              close={() => setUrl({ c: undefined })}
            />
          )
        )}
      </div>
      {forkAt !== undefined && (
        <Suspense>
          <ForkDialog
            key={forkAt}
            workflowRunId={workflowRunId}
            conversation={forkAt}
            close={() => setForkAt(undefined)}
          />
        </Suspense>
      )}
    </Stack>
  );
}
