import { Anchor, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { ActorsDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { useIsNarrow } from '../../data/narrow.ts';
import { present } from '../../data/present.ts';
import { literal, mutation } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Graph } from '../../parts/graph/Graph.tsx';
import type { Editing } from '../../parts/graph/model.ts';
import { Actions } from './Actions.tsx';
import { useChecked } from './check.ts';
import { useComplete } from './complete.ts';
import {
  addConversation,
  BLANK,
  connect,
  readDefinition,
  removePart,
  writeDefinition,
} from './document.ts';
import { FaultList } from './FaultList.tsx';
import { FormPane } from './FormPane.tsx';
import { Leaving } from './Leaving.tsx';
import { OtherDrafts } from './OtherDrafts.tsx';
import { OtherVersion } from './OtherVersion.tsx';
import { Palette, type PaletteEntry, readEntry } from './Palette.tsx';
import { Preview } from './Preview.tsx';
import { StartFrom } from './StartFrom.tsx';
import { useDraft } from './use-draft.ts';
import { useSaving } from './use-saving.ts';
import { Versions } from './Versions.tsx';
import { WorkflowForm } from './WorkflowForm.tsx';

const TextPane = lazy(() => import('./TextPane.tsx'));

const PANES = ['Graph', 'Form', 'YAML'] as const;

/** A definition as graph, form and text: one document, of which each shows the others' changes. */
export default function Builder({
  name,
  version,
  definition,
  mayAuthor,
  runs = [],
  saved,
  run,
}: {
  /** The workflow; undefined: a new one. */
  name?: string;
  version: number;
  definition?: unknown;
  mayAuthor: boolean;
  /** Numbers of the latest runs. */
  runs?: readonly string[];
  saved: (workflow: string) => void;
  /** Offers a run of what was saved. */
  run?: () => void;
}) {
  const original = useMemo(
    () => (definition === undefined ? BLANK : writeDefinition(definition)),
    [definition],
  );
  const draft = useDraft(`workflow:${name ?? ''}`, original, version);
  const { text } = draft;
  const checked = useChecked(text);
  const { graph, found } = checked;
  const saving = useSaving({ draft, name, saved });
  const [url, setUrl] = useUrl();
  const [chosenBranch, chooseBranch] = useState<string>();
  const [line, setLine] = useState<{ line: number; focus: boolean }>();
  const [isShowingVersions, showVersions] = useState(false);
  const [pane, setPane] = useState<string>('Graph');
  const isNarrow = useIsNarrow();
  const { data } = useAnswer(ActorsDocument, {});
  const actors = useMemo(
    () => present(data?.actors?.nodes).filter(({ actorType }) => actorType !== 'system'),
    [data],
  );
  const names = useMemo(() => actors.map(({ actorName }) => actorName), [actors]);
  const complete = useComplete(checked, text, names);
  const place = useRef<string>(undefined);
  const chosen =
    graph?.conversations.find((conversation) => conversation.name === url.c) ??
    // While its name is typed, it is known by its place.
    (url.c === undefined ? undefined : graph?.conversations.find(({ at }) => at === place.current));
  if (chosen?.name === url.c) place.current = chosen?.at;

  const choose = useCallback(
    (c: string | undefined) => {
      setUrl({ c }, { replace: true });
      chooseBranch(undefined);
    },
    [setUrl],
  );
  const chooseInGraph = (c: string) => {
    choose(c);
    const at = graph?.conversations.find((conversation) => conversation.name === c)?.at;
    const there = at && readDefinition(text).lineOf(at);
    if (there) setLine({ line: there, focus: false });
  };
  const add = useCallback(
    (entry: PaletteEntry, from: string | undefined) => {
      const made = addConversation(text, { name: entry.name, ...entry.body }, from);
      draft.edit(made.text, `add ${made.name}`);
      choose(made.name);
      return made.name;
    },
    [text, draft.edit, choose],
  );
  const editing = useMemo<Editing>(() => {
    const atOf = (id: number) =>
      graph?.conversations.find(({ conversation_id }) => conversation_id === id);
    const faults = new Map<number, number>();
    for (const { conversation_id, at } of graph?.conversations ?? []) {
      const own = (found ?? []).filter(({ path }) => path === at || path.startsWith(`${at}/`));
      faults.set(conversation_id, own.length);
    }
    return {
      connect: (from, to) => {
        const [source, target] = [atOf(from), atOf(to)];
        if (source && target && mayAuthor)
          draft.edit(connect(text, source.at, target.name), 'connect');
      },
      drop: (dragged, onto) => {
        const entry = readEntry(dragged);
        return entry && add(entry, onto === undefined ? undefined : atOf(onto)?.at);
      },
      chooseBranch: (id) => {
        const branch = graph?.branches.find(({ branch_id }) => branch_id === id);
        const source = branch && atOf(branch.from);
        if (!source) return;
        choose(source.name);
        chooseBranch(id);
      },
      chosenBranch,
      faults,
    };
  }, [graph, found, text, chosenBranch, mayAuthor, choose, add, draft.edit]);
  const removeChosen = () => {
    const branch = graph?.branches.find(({ branch_id }) => branch_id === chosenBranch);
    const at = branch?.at ?? chosen?.at;
    if (!at || !mayAuthor) return;
    draft.edit(removePart(text, at), `delete ${at}`);
    if (branch) chooseBranch(undefined);
    else choose(undefined);
  };
  const shows = (which: (typeof PANES)[number]) => !isNarrow || pane === which;
  return (
    <Stack gap="xs" data-testid="builder">
      {name === undefined && !draft.isChanged && (
        <StartFrom take={(next) => draft.edit(next, 'start')} />
      )}
      <Actions
        draft={draft}
        definition={checked.value}
        name={name}
        mayAuthor={mayAuthor}
        maySave={(draft.isChanged || name === undefined) && found?.length === 0}
        isBusy={saving.isBusy}
        save={() => saving.save(false)}
        showVersions={name === undefined ? undefined : () => showVersions(true)}
        take={(next) => draft.edit(next, 'start')}
      />
      <FaultNote fault={saving.refused} title="That was refused" />
      <OtherDrafts draft={draft} />
      {saving.other && (
        <OtherVersion
          other={saving.other}
          draft={draft}
          isBusy={saving.isBusy}
          save={() => saving.save(true)}
          drop={() => {
            saving.forget();
            draft.drop();
            saved(name as string);
          }}
        />
      )}
      {saving.done && (
        <Text size="sm" role="status">
          Saved as version {saving.done.version}.{' '}
          {run && (
            <Anchor component="button" type="button" size="sm" onClick={run}>
              Run it
            </Anchor>
          )}
          {run && ', or '}
          <Anchor
            component={Link}
            to="/workflows/$name"
            params={{ name: saving.done.workflow } as never}
            search={{ tab: 'graph' } as never}
            size="sm"
          >
            look at its graph
          </Anchor>
          .
        </Text>
      )}
      {isNarrow && (
        <SegmentedControl
          size="xs"
          data={[...PANES]}
          value={pane}
          onChange={setPane}
          aria-label="View of the definition"
        />
      )}
      <div className="builder">
        {shows('Graph') && (
          <div className="builder-graph">
            <Palette
              actors={actors}
              add={(entry) => add(entry, chosen?.at)}
              isReadOnly={!mayAuthor}
            />
            {/* biome-ignore lint/a11y/noStaticElementInteractions: a key for what is chosen in it; the form has a button */}
            <div
              onKeyDown={(event) => {
                if (event.key === 'Delete' || event.key === 'Backspace') removeChosen();
              }}
            >
              {graph && graph.conversations.length > 0 ? (
                <Graph
                  graph={graph}
                  chosen={chosen?.name}
                  choose={chooseInGraph}
                  editing={mayAuthor ? editing : undefined}
                />
              ) : graph ? (
                <Text size="sm" p="md">
                  Add a conversation: choose an actor from the list.
                </Text>
              ) : (
                <Skeleton height={240} />
              )}
            </div>
          </div>
        )}
        {shows('Form') && (
          <div className="panel builder-form">
            {graph && chosen ? (
              <>
                <FormPane
                  key={chosen.at}
                  graph={graph}
                  conversation={chosen}
                  text={text}
                  edit={draft.edit}
                  found={found}
                  actors={names}
                  chosenBranch={chosenBranch}
                  isReadOnly={!mayAuthor}
                  choose={choose}
                />
                <Preview
                  key={`${name}/${chosen.name}`}
                  definition={checked.value}
                  conversation={chosen.name}
                  runs={runs}
                />
              </>
            ) : (
              <WorkflowForm text={text} edit={draft.edit} found={found} isReadOnly={!mayAuthor} />
            )}
          </div>
        )}
        {shows('YAML') && (
          <div className="panel builder-text">
            <Suspense fallback={<Skeleton height={300} />}>
              <TextPane
                text={text}
                edit={(next) => draft.edit(next, 'text')}
                undo={draft.undo}
                redo={draft.redo}
                found={found}
                line={line}
                isReadOnly={!mayAuthor}
                complete={complete}
              />
            </Suspense>
          </div>
        )}
      </div>
      <FaultNote fault={checked.fault} title="It could not be checked" />
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <FaultList
          found={found}
          goTo={(to) => {
            setPane('YAML');
            setLine({ line: to, focus: true });
          }}
        />
        <CopyAs
          as={{
            SQL: `select pgwave.define_workflow(${literal(checked.value ?? {})});`,
            GraphQL: mutation('defineWorkflow', { definition: checked.value ?? {} }),
            CLI: `pgwave apply ${name ?? 'workflow'}.yaml`,
          }}
        />
      </Group>
      {name !== undefined && (
        <Versions
          workflow={name}
          text={text}
          opened={isShowingVersions}
          close={() => showVersions(false)}
          restore={(old) => draft.edit(old, 'restore')}
        />
      )}
      <Leaving isChanged={draft.isChangedNow} />
    </Stack>
  );
}
