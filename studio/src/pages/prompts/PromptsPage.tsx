import { Button, Group, Skeleton, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { PromptListDocument } from '../../../../graphql/operations/operations.generated.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { PageHead } from '../../parts/PageHead.tsx';
import { Time } from '../../parts/Time.tsx';
import { NewVersion } from './NewVersion.tsx';
import { PromptView } from './PromptView.tsx';

/** Prompts by name, and one of them. */
export function PromptsPage() {
  const [url] = useUrl();
  return url.p ? <PromptView key={url.p} name={url.p} /> : <PromptList />;
}

function PromptList() {
  const [url, setUrl] = useUrl();
  const [text, setText] = useState(url.q ?? '');
  const put = useDebouncedCallback((q: string) => setUrl({ q }, { replace: true }), 300);
  const { data, fault, isLoading } = useAnswer(PromptListDocument, {
    ...(url.q && { filter: { promptName: { includesInsensitive: url.q } } as never }),
  });
  const prompts = present(data?.prompts?.nodes);
  const mayDefine = ['author', 'admin'].includes(data?.callerRole ?? '');
  return (
    <Stack gap="sm">
      <PageHead title="Prompts">
        <Group gap={6}>
          <Tooltip disabled={mayDefine} label="Only authors define prompts.">
            <Button
              size="xs"
              leftSection={<Plus size={14} aria-hidden />}
              aria-expanded={url.new === 'yes'}
              aria-disabled={!mayDefine}
              data-disabled={mayDefine ? undefined : true}
              onClick={() => mayDefine && setUrl({ new: url.new === 'yes' ? undefined : 'yes' })}
            >
              New prompt
            </Button>
          </Tooltip>
          <CopyAs
            as={{
              SQL: 'select prompt_name, latest_version, owner from pgwave.prompts order by 1;',
              GraphQL: '{ prompts(first: 50) { nodes { promptName latestVersion owner } } }',
              CLI: 'pgwave prompt list',
            }}
          />
        </Group>
      </PageHead>
      {url.new === 'yes' && mayDefine && (
        <NewVersion saved={(name) => setUrl({ new: undefined, p: name })} />
      )}
      <Group gap="xs">
        <TextInput
          size="xs"
          placeholder="Name"
          aria-label="Name of a prompt"
          data-search
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            put(event.currentTarget.value.trim());
          }}
        />
        {data?.prompts && (
          <Text size="sm" c="dimmed">
            {plural(data.prompts.totalCount, 'prompt')}
          </Text>
        )}
      </Group>
      <FaultNote fault={fault} />
      {isLoading && !data ? (
        <Skeleton height={240} />
      ) : prompts.length === 0 && !fault ? (
        <Empty title="No prompts here" command="pgwave prompt define <name> --file <file>">
          A prompt has a name and versions, and workflows use it by a label. Define one:
        </Empty>
      ) : (
        <div className="panel">
          {prompts.map((prompt) => (
            <button
              key={prompt.promptId}
              type="button"
              className="row prompts"
              data-row
              onClick={() => setUrl({ p: prompt.promptName })}
            >
              <b className="cut">{prompt.promptName}</b>
              <span className="nowrap">{plural(prompt.latestVersion, 'version')}</span>
              <span className="cut wide">{prompt.owner}</span>
              <span className="wide">
                <Time at={prompt.createdAt} />
              </span>
            </button>
          ))}
        </div>
      )}
      {data?.prompts?.pageInfo.hasNextPage && (
        <Text size="sm">The first 100 are shown. Narrow them by name.</Text>
      )}
    </Stack>
  );
}
