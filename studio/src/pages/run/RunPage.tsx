import { SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import {
  RunPageDocument,
  RunUpdatedDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { useAnswer, useLive } from '../../data/live.ts';
import { useIsNarrow } from '../../data/narrow.ts';
import { present } from '../../data/present.ts';
import { useStore } from '../../data/store.ts';
import { useUrl } from '../../data/url.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Graph } from '../../parts/graph/Graph.tsx';
import type { VersionGraph } from '../../parts/graph/model.ts';
import { ConversationPanel } from './ConversationPanel.tsx';
import { Failure } from './Failure.tsx';
import { type Rows, type Run, stateOf } from './graph-state.ts';
import { InteractionPanel } from './InteractionPanel.tsx';
import { LineFilters } from './LineFilters.tsx';
import { LineList } from './LineList.tsx';
import { RunData } from './RunData.tsx';
import { RunHeader } from './RunHeader.tsx';
import { Standstill } from './Standstill.tsx';
import { useFollowed, useRunStore } from './use-run-store.ts';

// What only some look at is read when they do.
const Events = lazy(() => import('./Events.tsx'));
const ForkDialog = lazy(() => import('./ForkDialog.tsx'));
const Notebook = lazy(() => import('./Notebook.tsx'));
const Waterfall = lazy(() => import('./Waterfall.tsx'));

const TABS = [
  { value: 'graph', label: 'Graph' },
  { value: 'list', label: 'List' },
  { value: 'waterfall', label: 'Waterfall' },
  { value: 'events', label: 'Events' },
  { value: 'data', label: 'Data' },
  { value: 'notebook', label: 'Notebook' },
];

export function RunPage() {
  const { run: workflowRunId } = useParams({ strict: false }) as { run: string };
  return <RunView key={workflowRunId} workflowRunId={workflowRunId} />;
}

function RunView({ workflowRunId }: { workflowRunId: string }) {
  const [url, setUrl] = useUrl();
  const isNarrow = useIsNarrow();
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
  useFollowed(store, workflowRunId);

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
      <RunHeader run={run} fail={setActionFault} />
      <FaultNote fault={actionFault} title="That was refused" />
      <FaultNote fault={liveFault} title="This run is not followed live" />
      <Failure run={run} open={open} />
      <Standstill run={run} rows={rows} open={open} />
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
          {(tab === 'list' || tab === 'waterfall') && <LineFilters />}
          <FaultNote fault={lines.fault} />
          {tab === 'list' && (
            <LineList lines={lines} chosen={url.i} choose={open} loadMore={store.loadMore} />
          )}
          {tab === 'waterfall' && (
            <Suspense fallback={<Skeleton height={240} />}>
              <Waterfall
                workflowRunId={workflowRunId}
                lines={lines}
                chosen={url.i}
                choose={open}
                loadMore={store.loadMore}
              />
            </Suspense>
          )}
          {tab === 'events' && (
            <Suspense fallback={<Skeleton height={240} />}>
              <Events
                key={`${run.status}/${run.interactionsCreated}`}
                workflowRunId={workflowRunId}
                choose={open}
              />
            </Suspense>
          )}
          {tab === 'data' && <RunData run={run} />}
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
