import { Anchor, Button, Group, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PromptPageDocument } from '../../../../graphql/operations/operations.generated.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { graphqlValue, literal, mutation, shell } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Labels, pointing } from './Labels.tsx';
import { NewVersion } from './NewVersion.tsx';
import { PromptStatistics } from './PromptStatistics.tsx';
import { Uses } from './Uses.tsx';
import { VersionList } from './VersionList.tsx';

/** One prompt: its versions, labels, how they went, and who uses it. */
export function PromptView({ name }: { name: string }) {
  const [url, setUrl] = useUrl();
  const { data, fault, isLoading, reload } = useAnswer(PromptPageDocument, { promptName: name });
  const prompt = data?.promptByPromptName;
  const [latest] = present(prompt?.promptVersions.nodes);
  const mayAuthor = prompt?.mayAuthor ?? false;
  const isOpen = url.new === 'yes';
  return (
    <Stack gap="md">
      <Anchor component={Link} to="/prompts" size="sm">
        Prompts
      </Anchor>
      <FaultNote fault={fault} />
      {isLoading && <Skeleton height={300} />}
      {!isLoading && !fault && !prompt && (
        <Empty title={`There is no prompt ${name}`} command={`pgwave prompt define ${name}`}>
          It does not exist, or you may not see it.
        </Empty>
      )}
      {prompt && latest && (
        <>
          <Group justify="space-between">
            <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
              {prompt.promptName}
            </Title>
            <Group gap={6}>
              <Tooltip disabled={mayAuthor} label={`Only ${prompt.owner} and administrators may.`}>
                <Button
                  size="xs"
                  aria-expanded={isOpen}
                  aria-disabled={!mayAuthor}
                  data-disabled={mayAuthor ? undefined : true}
                  onClick={() => mayAuthor && setUrl({ new: isOpen ? undefined : 'yes' })}
                >
                  New version
                </Button>
              </Tooltip>
              <CopyAs
                as={{
                  SQL: `select v.version, v.author, v.text from pgwave.prompts p join pgwave.prompt_versions v using (prompt_id) where prompt_name = ${literal(name)} order by 1;`,
                  GraphQL: `{ promptByPromptName(promptName: ${graphqlValue(name)}) { latestVersion owner promptVersions { nodes { version text } } } }`,
                  CLI: `pgwave prompt show ${shell(name)}`,
                }}
                actions={{
                  'New version': {
                    SQL: `select pgwave.define_prompt(${literal(name)}, ${literal(latest.text)});`,
                    GraphQL: mutation('definePrompt', { name, text: latest.text }),
                    CLI: `pgwave prompt define ${shell(name)} ${shell(latest.text)}`,
                  },
                  ...Object.fromEntries(
                    [...pointing(prompt).map(({ label }) => label), 'production'].map((label) => [
                      `Point ${label} to version ${prompt.latestVersion}`,
                      {
                        SQL: `select pgwave.label_prompt(${literal(name)}, ${literal(label)}, ${prompt.latestVersion});`,
                        GraphQL: mutation('labelPrompt', {
                          prompt: name,
                          label,
                          version: prompt.latestVersion,
                        }),
                        CLI: `pgwave prompt label ${shell(name)} ${shell(label)} --prompt-version ${prompt.latestVersion}`,
                      },
                    ]),
                  ),
                }}
              />
            </Group>
          </Group>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {plural(prompt.latestVersion, 'version')}, owned by {prompt.owner}. A workflow uses it
            by <code>{`prompt: { use: ${prompt.promptName} }`}</code>.
          </Text>
          {isOpen && mayAuthor && (
            <NewVersion
              key={latest.version}
              of={{ name, version: latest.version, text: latest.text }}
              saved={() => {
                setUrl({ new: undefined, v: undefined, with: undefined });
                reload();
              }}
            />
          )}
          <Labels prompt={prompt} changed={reload} />
          <VersionList prompt={prompt} />
          <PromptStatistics prompt={name} />
          <Uses uses={present(data.promptUses?.nodes)} />
        </>
      )}
    </Stack>
  );
}
