import { Stack, Text } from '@mantine/core';
import { Data, LongText } from '../../parts/Payload.tsx';

type Picked = { name: string; version: number; label?: string };
export type Input = {
  prompt?: string;
  prompt_version?: Picked;
  system?: string;
  params?: unknown;
} | null;

/** `grade version 4, production`. */
const pickedName = ({ name, version, label }: Picked) =>
  `${name} version ${version}${label === undefined ? '' : `, ${label}`}`;

/** What a step was given. */
export function Prompt({ input, id }: { input: Input; id: string }) {
  if (!input || Object.keys(input).length === 0) {
    return <Text size="sm">This step has no prompt and no parameters.</Text>;
  }
  return (
    <Stack gap="xs">
      {input.system && (
        <div>
          <Text fw={600} size="sm">
            System
          </Text>
          <LongText text={input.system} name={`system-${id}`} />
        </div>
      )}
      {input.prompt !== undefined && (
        <div>
          <Text fw={600} size="sm">
            Prompt{input.prompt_version && ` (${pickedName(input.prompt_version)})`}
          </Text>
          <LongText text={String(input.prompt)} name={`prompt-${id}`} />
        </div>
      )}
      {input.params != null && (
        <div>
          <Text fw={600} size="sm">
            Parameters
          </Text>
          <Data value={input.params} name={`params-${id}`} />
        </div>
      )}
    </Stack>
  );
}
