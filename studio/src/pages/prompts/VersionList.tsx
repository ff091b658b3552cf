import { Badge, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { present } from '../../data/present.ts';
import { useUrl } from '../../data/url.ts';
import { ScrollBox } from '../../parts/ScrollBox.tsx';
import { Time } from '../../parts/Time.tsx';
import { WordDiff } from '../../parts/WordDiff.tsx';
import { Section } from '../dashboard/Section.tsx';
import { type Prompt, pointing } from './Labels.tsx';

/** The versions, the text of one, and what was changed in it, word by word. */
export function VersionList({ prompt }: { prompt: Prompt }) {
  const [url, setUrl] = useUrl();
  const versions = present(prompt.promptVersions.nodes);
  const chosen = versions.find(({ version }) => String(version) === url.v) ?? versions[0];
  const base =
    versions.find(({ version }) => String(version) === url.with) ??
    versions.find(({ version }) => version === (chosen?.version ?? 0) - 1);
  const labels = pointing(prompt);
  if (!chosen) return null;
  return (
    <Section title="Versions">
      <div className="prompt-versions">
        <div className="panel versions">
          {versions.map(({ version, author, createdAt }) => (
            <button
              key={version}
              type="button"
              className="row version"
              data-row
              aria-pressed={version === chosen.version}
              onClick={() => setUrl({ v: String(version), with: undefined })}
            >
              <span>version {version}</span>
              <span className="cut">{author}</span>
              <Time at={createdAt} />
              {labels.some((label) => label.version === version) && (
                <span className="labels">
                  {labels
                    .filter((label) => label.version === version)
                    .map(({ label }) => (
                      <Badge key={label} size="sm" variant="default" tt="none">
                        {label}
                      </Badge>
                    ))}
                </span>
              )}
            </button>
          ))}
        </div>
        <Stack gap="xs">
          <ScrollBox name={`Text of version ${chosen.version}`} maxHeight={320}>
            <pre className="text">{chosen.text}</pre>
          </ScrollBox>
          {versions.length > 1 && (
            <Group gap="xs">
              <Text size="sm" fw={600}>
                Changed since
              </Text>
              <NativeSelect
                size="xs"
                aria-label="Compare with version"
                data={versions
                  .filter(({ version }) => version !== chosen.version)
                  .map(({ version }) => ({ value: String(version), label: `version ${version}` }))}
                value={String(base?.version ?? '')}
                onChange={(event) => setUrl({ with: event.currentTarget.value })}
              />
            </Group>
          )}
          {base && <WordDiff from={base.text} to={chosen.text} />}
        </Stack>
      </div>
      {prompt.promptVersions.totalCount > versions.length && (
        <Text size="sm">The latest {versions.length} versions are shown.</Text>
      )}
    </Section>
  );
}
