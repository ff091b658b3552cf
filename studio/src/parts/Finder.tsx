import '@mantine/spotlight/styles.css';
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { WorkflowsDocument } from '../../../graphql/operations/operations.generated.ts';
import { client } from '../data/client.ts';
import { present } from '../data/present.ts';

/** What can be begun from anywhere. */
const ACTIONS = [
  { label: 'New workflow', to: '/workflows', search: { new: 'yes' } },
  { label: 'New schedule', to: '/schedules', search: { new: 'yes' } },
  { label: 'New prompt', to: '/prompts', search: { new: 'yes' } },
  { label: 'Discover and start a batch', to: '/batches', search: { discover: 'yes' } },
  { label: 'Failed runs of today', to: '/runs', search: { status: 'failed', since: 'today' } },
] as const;

/** Ctrl-K: actions, pages, workflows by name, runs by number. Opens as soon as it is there, and whenever `asked` rises. */
export default function Finder({
  pages,
  asked,
}: {
  pages: readonly { to: string; label: string }[];
  asked: number;
}) {
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [workflows, setWorkflows] = useState<string[]>([]);
  const text = query.trim();

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened each time that somebody asks
  useEffect(() => spotlight.open(), [asked]);
  useEffect(() => {
    if (text === '') return setWorkflows([]);
    let isCurrent = true;
    client
      .query(WorkflowsDocument, {
        first: 8,
        filter: {
          partOfWorkflowId: { isNull: true },
          workflowName: { includesInsensitive: text },
        },
      })
      .toPromise()
      .then(({ data }) => {
        if (isCurrent)
          setWorkflows(present(data?.workflows?.nodes).map((w) => w.workflowName) ?? []);
      });
    return () => {
      isCurrent = false;
    };
  }, [text]);

  const number = /^#?(\d{1,18})$/.exec(text)?.[1];
  const actions: SpotlightActionData[] = [
    ...(number === undefined
      ? []
      : [
          {
            id: `run-${number}`,
            label: `Run ${number}`,
            description: 'Open the run',
            onClick: () => navigate({ to: '/runs/$run', params: { run: number } }),
          },
        ]),
    ...workflows.map((name) => ({
      id: `workflow-${name}`,
      label: name,
      description: 'Workflow',
      onClick: () => navigate({ to: '/workflows/$name', params: { name } }),
    })),
    ...pages
      .filter(({ label }) => label.toLowerCase().includes(text.toLowerCase()))
      .map(({ to, label }) => ({
        id: to,
        label,
        description: 'Page',
        onClick: () => navigate({ to }),
      })),
    ...ACTIONS.filter(({ label }) => label.toLowerCase().includes(text.toLowerCase())).map(
      ({ label, to, search }) => ({
        id: label,
        label,
        description: 'Action',
        onClick: () => navigate({ to, search: search as never }),
      }),
    ),
    ...workflows.slice(0, 3).map((name) => ({
      id: `start-${name}`,
      label: `Run ${name}`,
      description: 'Start a run of the workflow',
      onClick: () =>
        navigate({
          to: '/workflows/$name',
          params: { name },
          search: { start: 'yes' } as never,
        }),
    })),
    ...(text === '' || number !== undefined
      ? []
      : [
          {
            id: 'search',
            label: `Runs with “${text}”`,
            description: 'Search input, output, and errors',
            onClick: () => navigate({ to: '/runs', search: { q: text } as never }),
          },
        ]),
  ];
  return (
    <Spotlight
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      actions={actions}
      filter={(_, all) => all}
      nothingFound="Nothing found"
      searchProps={{
        leftSection: <Search size={18} />,
        placeholder: 'A page, a workflow, an action, or the number of a run',
        'aria-label': 'Find',
      }}
    />
  );
}
